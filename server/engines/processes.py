"""Starts child processes that never outlive their launcher and never need root.

A child gets its own session, so that Ctrl-C of the terminal reaches the launcher alone. On Linux
the kernel signals it when the launcher dies, however it dies. The launcher must start children
from a thread that lives as long as itself (the main one): the kernel watches that thread.

No thread and no SIGCHLD handler is used: what runs between fork and exec must not meet a lock that
another thread held, which rules out the default child watcher of asyncio on Python 3.11.
"""

import asyncio
import contextlib
import ctypes
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded here: after a fork it would be too late
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_INSIDE_UID = 1000  # any number but 0: PostgreSQL refuses to be root
_POLL_SECONDS = 0.02  # where the kernel has no pidfd


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an engine runs as: the launcher itself, the launcher in a namespace, or another user."""

    namespace: bool = False
    uid: int | None = None
    gid: int | None = None


SAME = Identity()
IN_NAMESPACE = Identity(namespace=True)


class Process:
    """A running child. It is reaped when it ends, with whatever is left of its process group."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._poller: asyncio.Task[None] | None = None
        self._watch()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        """The exit status, once it has ended. Cancelling the wait leaves the child alone."""
        return await asyncio.shield(self._ended)

    def send_signal(self, sig: signal.Signals) -> None:
        if not self._ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def kill(self) -> None:
        """Ends the child and its process group at once."""
        if not self._ended.done():
            self._kill_group()

    async def stop(self, *steps: tuple[signal.Signals, float]) -> int:
        """Asks by each (signal, seconds to wait for it) in turn, then kills; the exit status."""
        try:
            for sig, grace in steps:
                self.send_signal(sig)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(grace):
                        return await self.wait()
        finally:
            self.kill()  # also when stopping itself is cancelled: no orphans
        return await self.wait()

    def _watch(self) -> None:
        try:
            pidfd = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # not Linux, or a sandbox without the call
            self._poller = self._loop.create_task(self._poll())
        else:
            self._loop.add_reader(pidfd, self._on_exit, pidfd)

    def _on_exit(self, pidfd: int) -> None:
        self._loop.remove_reader(pidfd)
        os.close(pidfd)
        self._kill_group()  # before reaping: a zombie still guards its number against reuse
        self._ended.set_result(self._popen.wait())

    async def _poll(self) -> None:
        while (status := self._popen.poll()) is None:  # noqa: ASYNC110 - nobody sets an event
            await asyncio.sleep(_POLL_SECONDS)
        self._kill_group()
        self._ended.set_result(status)

    def _kill_group(self) -> None:
        # macOS answers EPERM for a group of which only the zombie is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def spawn(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | int | None = None,
    pass_fds: Sequence[int] = (),
    identity: Identity = SAME,
    reaches: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> Process:
    """Starts a child. Output is inherited unless `output` is given.

    `reaches` is a folder the child must be able to pass through under its identity.

    Raises: OSError where the programme cannot be executed, `subprocess.SubprocessError` where the
    identity cannot be taken or the folder not be reached.
    """
    popen = subprocess.Popen(  # noqa: S603 - the argument lists are this package's own
        [str(part) for part in argv],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=pass_fds,
        start_new_session=True,
        preexec_fn=_preparation(identity, death_signal, reaches),  # noqa: PLW1509 - no threads
    )
    return Process(popen)


def _preparation(
    identity: Identity, death_signal: signal.Signals, reaches: Path | None
) -> Callable[[], None]:
    """What the child does between fork and exec."""
    parent, euid, egid = os.getpid(), os.geteuid(), os.getegid()

    def prepare() -> None:
        if identity.namespace:
            _enter_namespace(euid, egid)
        elif identity.uid is not None and identity.gid is not None:
            os.setgroups([])
            os.setgid(identity.gid)
            os.setuid(identity.uid)
        if reaches is not None:
            _must_pass_through(reaches)
        if sys.platform == "linux":  # last: a change of identity clears the wish
            _LIBC.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # the launcher died in between
                os._exit(1)

    return prepare


def _must_pass_through(folder: Path) -> None:
    if not os.access(folder, os.X_OK):
        raise PermissionError(errno.EACCES, "no way through", str(folder))


def _enter_namespace(euid: int, egid: int) -> None:
    if _LIBC.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_INSIDE_UID} {euid} 1"),
        ("gid_map", f"{_INSIDE_UID} {egid} 1"),
    ):
        handle = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(handle, text.encode())
        os.close(handle)
