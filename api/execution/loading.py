"""Loading many things with one statement: what several fields of one operation ask for, together.

    member = await info.context.load(members_by_id, member_id)

`members_by_id` is a module-level function that loads a whole list at once; everything asked of
it in one turn of the event loop becomes one call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from strawberry.dataloader import DataLoader

if TYPE_CHECKING:
    from api.execution.context import Context

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Batch: TypeAlias = "Callable[[Context, list[K]], Awaitable[Sequence[V]]]"
"""Loads values for keys: one for each, in their order."""


class Loaders:
    """The loaders of one operation, made as they are asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: dict[Callable[..., Any], DataLoader[Any, Any]] = {}

    async def load(self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], key: K) -> V:
        return await self._loader(batch).load(key)

    async def load_many(
        self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]], keys: Iterable[K]
    ) -> list[V]:
        return await self._loader(batch).load_many(keys)

    def _loader(
        self, batch: Callable[[Context, list[K]], Awaitable[Sequence[V]]]
    ) -> DataLoader[K, V]:
        loader = self._made.get(batch)
        if loader is None:

            async def load_all(keys: list[K]) -> Sequence[V]:
                return await batch(self._context, keys)

            loader = self._made[batch] = DataLoader(load_fn=load_all)
        return loader
