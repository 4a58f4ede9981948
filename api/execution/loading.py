"""Loading many things with one statement: what several fields of one operation ask for, together.

    member = await info.context.load(members_by_id, member_id)

`members_by_id` is a module-level function that loads a whole list at once; everything asked of
it in one turn of the event loop becomes one call, and a key has one value an operation. Who asks
for a list waits for one thing, not for each key of it: that is most of what a data loader costs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

from strawberry.exceptions import WrongNumberOfResultsReturned

if TYPE_CHECKING:
    from api.execution.context import Context

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Batch: TypeAlias = "Callable[[Context, list[K]], Awaitable[Sequence[V]]]"
"""Loads values for keys: one for each, in their order. An exception is why that one failed."""


class Loaders:
    """The loaders of one operation, made as they are asked for.

    They hold nothing that holds them: with a context in them, all that an operation had loaded
    would wait for the garbage collector, which had a fifth of the CPU of a home screen that way.
    """

    __slots__ = ("__weakref__", "_made")

    def __init__(self) -> None:
        self._made: dict[Callable[..., Any], _Loader[Any, Any]] = {}

    async def load(
        self,
        context: Context,
        batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]],
        keys: Iterable[K],
    ) -> list[V]:
        return await self._loader(batch).load(context, list(keys))

    def know(
        self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], found: Mapping[K, V]
    ) -> None:
        self._loader(batch).know(found)

    def _loader(self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]]) -> _Loader[K, V]:
        loader = self._made.get(batch)
        if loader is None:
            loader = self._made[batch] = _Loader(batch)
        return loader


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a key has no value. It is raised wherever the key is asked for, as the first time."""

    error: Exception
    trace: TracebackType | None


@dataclass(slots=True, eq=False)
class _Turn(Generic[K]):
    """What is asked for in one turn of the event loop, by how many, and when it is there."""

    context: Context
    keys: list[K]
    done: asyncio.Future[None]
    waiting: int = 0
    task: asyncio.Task[None] | None = None


class _Loader(Generic[K, V]):
    def __init__(self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]]) -> None:
        self._batch = batch
        self._found: dict[K, V | _Failure] = {}
        self._coming: dict[K, _Turn[K]] = {}
        self._turn: _Turn[K] | None = None
        self._some_failed = False

    async def load(self, context: Context, keys: Sequence[K]) -> list[V]:
        turns = self._asked(context, keys)
        try:
            for turn in turns:
                await asyncio.shield(turn.done)  # who gives up waiting takes it from nobody else
        finally:
            for turn in turns:
                self._leave(turn)
        found = [self._found[key] for key in keys]
        if self._some_failed:
            for one in found:
                if isinstance(one, _Failure):
                    raise one.error.with_traceback(one.trace)
        return cast("list[V]", found)

    def know(self, found: Mapping[K, V]) -> None:
        """Keeps values that came from elsewhere; what is here already stays."""
        for key, one in found.items():
            self._found.setdefault(key, one)

    def _asked(self, context: Context, keys: Sequence[K]) -> list[_Turn[K]]:
        """The turns in which those keys come that are not there yet; waits for them from now on."""
        coming, turns = self._coming, list[_Turn[K]]()
        for key in [key for key in keys if key not in self._found]:
            turn = coming.get(key)
            if turn is None:
                turn = coming[key] = self._turn or self._next_turn(context)
                turn.keys.append(key)
            if turn not in turns:  # of which there are one or two
                turns.append(turn)
                turn.waiting += 1
        return turns

    def _leave(self, turn: _Turn[K]) -> None:
        """Nobody waits for what everybody gave up: it is not loaded."""
        turn.waiting -= 1
        if not (turn.waiting or turn.done.done()):
            self._forget(turn)
            if turn.task is not None:
                turn.task.cancel()

    def _next_turn(self, context: Context) -> _Turn[K]:
        loop = asyncio.get_running_loop()
        turn = self._turn = _Turn(context, [], loop.create_future())
        loop.call_soon(self._begin, turn)
        return turn

    def _begin(self, turn: _Turn[K]) -> None:
        if self._turn is turn:
            self._turn = None
        if turn.waiting:
            turn.task = asyncio.get_running_loop().create_task(self._carry_out(turn))

    async def _carry_out(self, turn: _Turn[K]) -> None:
        try:
            values = await self._batch(turn.context, list(turn.keys))
            if len(values) != len(turn.keys):
                raise WrongNumberOfResultsReturned(expected=len(turn.keys), received=len(values))  # noqa: TRY301
            self._found.update(zip(turn.keys, values, strict=True))
            for key, value in zip(turn.keys, values, strict=True):
                if isinstance(value, Exception):
                    self._fail([key], value, None)
        except asyncio.CancelledError:
            turn.done.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            self._fail(turn.keys, error, error.__traceback__)
        finally:
            self._forget(turn)
            if not turn.done.done():
                turn.done.set_result(None)

    def _forget(self, turn: _Turn[K]) -> None:
        """Nobody joins it any more: who asks for its keys from now on begins another."""
        if self._turn is turn:
            self._turn = None
        for key in turn.keys:
            if self._coming.get(key) is turn:
                del self._coming[key]

    def _fail(self, keys: list[K], error: Exception, trace: TracebackType | None) -> None:
        self._some_failed = True
        self._found.update(dict.fromkeys(keys, _Failure(error, trace)))
