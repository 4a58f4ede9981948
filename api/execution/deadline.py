"""Work that ends in time: cancelled when it takes too long, or when nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final, Generic, TypeAlias, TypeVar, cast

T = TypeVar("T")

Gone: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when nobody waits for the answer any more."""

_UNWATCHED: Final = 0.1
"""Seconds in which most work ends: only what takes longer is worth watching for."""


class OutOfTime(Exception):
    """It took more than the seconds it had, and was cancelled."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:g} s")
        self.seconds = seconds


class GivenUp(Exception):
    """Nobody waits for it any more, so it was cancelled."""


async def within(seconds: float, work: Coroutine[Any, Any, T], gone: Gone | None = None) -> T:
    """What the work comes to, which runs in the task of its caller.

    Raises: OutOfTime, GivenUp.
    """
    begun = _Begun(work)
    if begun.ended:
        return begun.result  # it waited for nothing, so there is nothing to limit
    return await _limited(seconds, begun, gone)


async def _limited(seconds: float, work: Awaitable[T], gone: Gone | None) -> T:
    watch = None if gone is None else _Watch(gone)
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            if watch is None:
                return await work
            watch.begin(limit)
            try:
                return await work
            finally:
                await watch.end()
    except TimeoutError:
        if not limit.expired():
            raise  # it is the work's own
        if watch is not None and watch.given_up:
            raise GivenUp from None
        raise OutOfTime(seconds) from None


class _Begun(Generic[T]):
    """Work that has gone as far as it could without waiting; to await it is to go on.

    Raises: what the work raises on the way there.
    """

    __slots__ = ("_waits_for", "_work", "ended", "result")

    result: T

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self.ended = False
        try:
            self._waits_for = work.send(None)
        except StopIteration as end:
            self.ended, self.result = True, end.value

    def __await__(self) -> Generator[Any, Any, T]:
        work, waits_for = self._work, self._waits_for
        try:
            while True:
                try:
                    answer = yield waits_for
                except BaseException as error:  # noqa: BLE001 - for the work to take, as by `await`
                    waits_for = work.throw(error)
                else:
                    waits_for = work.send(answer)
        except StopIteration as end:
            return cast("T", end.value)


class _Watch:
    """Looks out for whether anybody still waits, once the work has taken a while."""

    def __init__(self, gone: Gone) -> None:
        self.given_up = False
        self._gone = gone
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self, limit: asyncio.Timeout) -> None:
        self._timer = asyncio.get_running_loop().call_later(_UNWATCHED, self._look, limit)

    def _look(self, limit: asyncio.Timeout) -> None:
        self._task = asyncio.create_task(self._until_gone(limit))

    async def _until_gone(self, limit: asyncio.Timeout) -> None:
        await self._gone()
        self.given_up = True
        limit.reschedule(asyncio.get_running_loop().time())

    async def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
