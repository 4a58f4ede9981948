"""Decodes strangers' files in processes of their own: a bad one costs a refusal, no more.

Each server keeps a few such processes, started when the first picture comes and ended when none
has come for a while. One that dies, hangs or answers nonsense is replaced.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from domain.errors import Invalid, Unavailable
from infra.pictures.picture import Picture
from infra.pictures.pipe import LENGTH, MOST_ANSWER, Garbled, read_answer

_log = structlog.stdlib.get_logger(__name__)

SECONDS: Final = 4.5
"""How long a picture may take, before it is refused."""

_IDLE_SECONDS: Final = 60.0
_PICTURES: Final = 500  # then a process ends, with whatever its libraries have lost track of
_WAITING: Final = 50
_AHEAD: Final = 2  # files that are in memory before it is their turn
_BUFFER: Final = 2**20
_PIECE: Final = 2**17
_ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = (sys.executable, "-P", "-m", "infra.pictures.decoder")
_KEPT_MEMORY: Final = str(64 * 2**20)
# glibc gives a picture's memory back after each one, and the kernel clears it for the next: that is
# a fifteenth of the time.
_ALLOCATION: Final = {
    "MALLOC_MMAP_THRESHOLD_": _KEPT_MEMORY,
    "MALLOC_TRIM_THRESHOLD_": _KEPT_MEMORY,
}
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")  # no settings, no secrets


class Decoders:
    """The decoding processes of one server: `at_once` at most."""

    def __init__(self, at_once: int = 1, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._in_memory = asyncio.Semaphore(at_once + _AHEAD)
        self._turn = asyncio.Semaphore(at_once)
        self._idle: list[_Decoder] = []
        self._waiting = 0

    async def read(self, load: Callable[[], Awaitable[bytes]]) -> Picture:
        """The picture in the bytes that `load` gets when it is their turn.

        Raises: Invalid as `processing.read`, and for what takes too much time or memory;
        Unavailable when too many wait already; what `load` raises.
        """
        async with self._queued():
            data = await load()
            async with self._turn:
                return await self._decoded(data)

    async def close(self) -> None:
        """Ends the processes that have nothing to do."""
        while self._idle:
            await self._idle.pop().end()

    @asynccontextmanager
    async def _queued(self) -> AsyncIterator[None]:
        if self._waiting >= _WAITING:
            raise Unavailable("pictures")
        self._waiting += 1
        try:
            async with self._in_memory:
                yield
        finally:
            self._waiting -= 1

    async def _decoded(self, data: bytes) -> Picture:
        decoder = await self._free()
        try:
            async with asyncio.timeout(self._seconds):
                picture = read_answer(await decoder.ask(data))
        except Invalid:
            self._keep(decoder)
            raise
        except (TimeoutError, EOFError, ConnectionError, Garbled) as error:
            _log.warning("picture.too_demanding", size=len(data), error=type(error).__name__)
            await decoder.kill()
            raise Invalid("image.too_demanding") from error
        except BaseException:  # the caller gave up: what comes now would be the next one's answer
            await decoder.kill()
            raise
        self._keep(decoder)
        return picture

    async def _free(self) -> _Decoder:
        while self._idle:
            decoder = self._idle.pop()
            decoder.stay()
            if decoder.alive:
                return decoder
        return await _Decoder.start()

    def _keep(self, decoder: _Decoder) -> None:
        if decoder.asked >= _PICTURES:
            decoder.dismiss()
            return
        self._idle.append(decoder)
        decoder.leave_after(_IDLE_SECONDS, self._idle)


class _Decoder:
    """One process. It is asked one thing at a time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._to, self._from = process.stdin, process.stdout
        self._leaving: asyncio.TimerHandle | None = None
        self.asked = 0

    @classmethod
    async def start(cls) -> _Decoder:
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=PIPE,
            stdout=PIPE,
            env=env | _ALLOCATION | {"PYTHONPATH": str(_ROOT)},
            limit=_BUFFER,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._from.at_eof()

    async def ask(self, data: bytes) -> bytes:
        """Raises: EOFError or ConnectionError when it dies of it, Garbled."""
        self.asked += 1
        self._to.write(LENGTH.pack(len(data)))
        whole = memoryview(data)
        for start in range(0, len(data), _PIECE):  # what waits to be written is moved each time
            self._to.write(whole[start : start + _PIECE])
            await self._to.drain()
        (length,) = LENGTH.unpack(await self._from.readexactly(LENGTH.size))
        if length > MOST_ANSWER:
            raise Garbled
        return await self._from.readexactly(length)

    def leave_after(self, seconds: float, idle: list[_Decoder]) -> None:
        """Lets it go when it has had nothing to do for so long."""

        def leave() -> None:
            idle.remove(self)
            self.dismiss()

        self._leaving = asyncio.get_running_loop().call_later(seconds, leave)

    def stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()

    def dismiss(self) -> None:
        """It ends by itself when nothing more can come."""
        self.stay()
        self._to.close()

    async def end(self) -> None:
        self.dismiss()
        await self._process.wait()

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._to.close()
        await self._process.wait()
