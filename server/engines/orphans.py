"""Ends the engines that a killed launcher left behind in a data folder.

Only the owner of the data folder's lock may call this: whoever still works there is an orphan.
A process is recognised by its programme and its working folder, never by its number alone: after
a restart of a container the number in a stale pid file belongs to somebody else.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from pathlib import Path

_PROC = Path("/proc")
_LEADER_SECONDS = 15.0  # a shutdown checkpoint may take its time
_FOLLOWER_SECONDS = 0.5  # backends leave by themselves when their postmaster is gone
_LOOK_AGAIN_SECONDS = 0.01


async def clear(folder: Path, *, programme: str, pid_file: str, stop: signal.Signals) -> None:
    """Returns when no `programme` works in `folder`; asks the one in `pid_file`, kills the rest."""
    members = working_in(folder, programme)
    if not members:
        return
    leader = recorded(folder / pid_file)
    patience = _FOLLOWER_SECONDS
    if leader in members:
        patience = _LEADER_SECONDS
        _send(leader, stop)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await _until_gone(folder, programme)
    await kill(folder, programme)


async def kill(folder: Path, programme: str) -> None:
    """Returns when no `programme` works in `folder`, having killed what did."""
    for pid in working_in(folder, programme):
        _send(pid, signal.SIGKILL)
    await _until_gone(folder, programme)


async def _until_gone(folder: Path, programme: str) -> None:
    while working_in(folder, programme):  # noqa: ASYNC110 - the kernel sets no event
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def recorded(pid_file: Path) -> int | None:
    """The number in the first line of a pid file."""
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def working_in(folder: Path, programme: str) -> set[int]:
    """Processes of `programme` whose working folder is `folder` (an absolute, resolved path)."""
    if not (_PROC / "self").exists():
        return _named_in_process_list(folder, programme)
    return {
        int(entry.name)
        for entry in _PROC.iterdir()
        if entry.name.isdecimal() and _works_in(entry, folder, programme)
    }


def _works_in(entry: Path, folder: Path, programme: str) -> bool:
    try:  # the programme too: an operator's shell may stand in that folder
        executable = str((entry / "exe").readlink()).removesuffix(" (deleted)")
        return Path(executable).name == programme and (entry / "cwd").readlink() == folder
    except OSError:  # ended meanwhile, or another user's
        return False


def _named_in_process_list(folder: Path, programme: str) -> set[int]:
    """For systems without /proc: the engines name their folder in their command line."""
    listing = subprocess.run(
        ["ps", "-axo", "pid=,command="],  # noqa: S607 - ps has no one place on all systems
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    lines = (line.strip().partition(" ") for line in listing.splitlines())
    return {
        int(pid)
        for pid, _, command in lines
        if str(folder) in command and programme in command.split(" ", 1)[0]
    }


def _send(pid: int, sig: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sig)
