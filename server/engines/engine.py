"""One engine process: starts it, waits until it answers, stops it, tells why it failed.

A start first ends orphans of a killed launcher and clears what they left, so it works after any
crash; a failed or cancelled start leaves no process behind.
"""

import asyncio
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar

from server.engines import orphans
from server.engines.errors import EngineFailed
from server.engines.identity import Premises
from server.engines.processes import Process, spawn

_READY_SECONDS = 300.0  # recovery of a large log after a crash
_LOOK_AGAIN_SECONDS = 0.01
_TAIL_BYTES = 4000
_TAIL_LINES = 20
# Engines see nothing of the launcher's environment: PGDATA or LC_ALL would change them.
ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}


class Engine(ABC):
    """What PostgreSQL and Valkey share. The owner of the home's lock is the only one to use it."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    stop_seconds: ClassVar[float]
    pid_file: ClassVar[str]
    _programme: ClassVar[str]

    def __init__(self, premises: Premises) -> None:
        self.premises = premises
        self._process: Process | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    @abstractmethod
    def data(self) -> Path: ...

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        return self._process.returncode if self._process else None

    async def start(self) -> Process:
        """Starts the engine and returns when it answers.

        Raises: EngineFailed, HomeUnusable.
        """
        await orphans.clear(
            self.data, programme=self._programme, pid_file=self.pid_file, stop=self.stop_signal
        )
        with self.premises.home.explained():
            for path in self._left_by_a_crash():
                path.unlink(missing_ok=True)
        with self.premises.home.open_log(self.name) as log:
            began = log.tell()
            process = self._spawn(self._argv(), log)
            try:
                await self._until_ready(process, log, began)
            except BaseException:
                await process.stop()
                raise
        self._process = process
        return process

    async def stop(self) -> None:
        """Stops it cleanly; kills it only when it does not listen."""
        if self._process is not None:
            await self._process.stop((self.stop_signal, self.stop_seconds))

    async def wait(self) -> int:
        """The exit status, once it has ended; at once where it never started."""
        return await self._process.wait() if self._process else 0

    @abstractmethod
    def _argv(self) -> Sequence[str | Path]: ...

    @abstractmethod
    def _left_by_a_crash(self) -> Sequence[Path]:
        """Files that only a crash leaves and that would mislead the next start."""

    @abstractmethod
    async def _answers(self) -> bool: ...

    def _spawn(self, argv: Sequence[str | Path], log: IO[bytes]) -> Process:
        try:
            return spawn(
                argv,
                env=ENVIRONMENT,
                cwd=self.data.parent,
                output=log,
                identity=self.premises.identity,
                death_signal=self.stop_signal,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineFailed(self.name, status=None, log_tail=str(error)) from error

    async def _until_ready(self, process: Process, log: IO[bytes], began: int) -> None:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await self._answers():
                    if process.returncode is not None:
                        raise self._failure(process.returncode, log, began)
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        except TimeoutError:
            raise self._failure(process.returncode, log, began) from None

    def _failure(self, status: int | None, log: IO[bytes], began: int) -> EngineFailed:
        return EngineFailed(self.name, status=status, log_tail=tail(Path(log.name), began))


def tail(log: Path, began: int) -> str:
    """The last lines written to a log since `began` (an offset in bytes)."""
    with log.open("rb") as written:
        written.seek(max(began, log.stat().st_size - _TAIL_BYTES))
        lines = written.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])
