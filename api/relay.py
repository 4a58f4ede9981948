"""Relay's conventions: `Node`, `node`/`nodes`, `PageInfo`, and connections out of pages.

@strawberry.type
class PointsEntryEdge:
    cursor: str
    node: PointsEntry

@strawberry.type
class PointsEntryConnection:
    edges: list[PointsEntryEdge]
    nodes: list[PointsEntry]
    page_info: PageInfo

    @classmethod
    def of(cls, page: Page[PointsEntry]) -> PointsEntryConnection:
        return cls(
            edges=edges_of(page, PointsEntryEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Annotated, Final, Protocol, TypeAlias, TypeVar, cast

import strawberry

from api.execution.context import Context, Info
from api.execution.cost.sizes import length_of
from api.execution.fields import field
from domain.errors import Forbidden, Invalid, NotAllowed, NotFound, Unauthenticated
from infra.ids import GlobalId, Kind, decode_id
from infra.paging import Page

MOST_NODES: Final = 100
_UNSEEN: Final = (NotFound, NotAllowed, Forbidden, Unauthenticated)

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="How many at most: 1 to 100.")
]
"""The length of a page or list; the default stands at the field."""

After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor behind which the page begins; null for the first page."
    ),
]
"""Where a page begins."""


@strawberry.interface(description="Whatever can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Opaque, globally unique, and the same for as long as the object exists."
    )


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows after this page.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before it.")
    start_cursor: str | None = strawberry.field(description="Of the first edge; null when empty.")
    end_cursor: str | None = strawberry.field(
        description="Of the last edge: the `after` of the next page."
    )

    @classmethod
    def of(cls, page: Page[T]) -> PageInfo:
        return cls(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        )


T = TypeVar("T")
E = TypeVar("E")
N_contra = TypeVar("N_contra", contravariant=True)
E_co = TypeVar("E_co", covariant=True)


class EdgeType(Protocol[N_contra, E_co]):
    """A slice's own edge type, called with its two fields."""

    def __call__(self, *, cursor: str, node: N_contra) -> E_co: ...


def edges_of(page: Page[T], edge: EdgeType[T, E]) -> list[E]:
    """One edge for each thing on the page."""
    pairs = zip(page.cursors, page.items, strict=True)
    return [edge(cursor=cursor, node=node) for cursor, node in pairs]


NodeLoader: TypeAlias = Callable[[Context, list[GlobalId]], Awaitable[Sequence[Node | None]]]
"""Loads nodes of one kind: one for each id, in their order, None for what the viewer may not see
or what does not exist. Ids come once each."""


class Nodes:
    """Finds any node by its id, with the loader of its kind."""

    def __init__(self, loaders: Mapping[Kind, NodeLoader]) -> None:
        self._loaders = loaders

    async def one(self, context: Context, id_: str) -> Node | None:
        """The node, or None for what is unknown, hidden or garbage."""
        (found,) = await self.many(context, [id_])
        if isinstance(found, Exception):
            raise found
        return found

    async def many(self, context: Context, ids: Sequence[str]) -> list[Node | Exception | None]:
        """As `one`, for each of the ids, with one call of a loader for all ids of its kind.

        An exception in the list is why that node alone could not be loaded.
        """
        decoded = [decode_id(id_) for id_ in ids]
        by_kind: defaultdict[Kind, dict[GlobalId, None]] = defaultdict(dict)
        for global_id in decoded:
            if global_id is not None and global_id.kind in self._loaders:
                by_kind[global_id.kind][global_id] = None
        loaded = await asyncio.gather(
            *(self._load(context, kind, list(wanted)) for kind, wanted in by_kind.items())
        )
        found = {global_id: node for group in loaded for global_id, node in group}
        return [None if global_id is None else found.get(global_id) for global_id in decoded]

    async def _load(
        self, context: Context, kind: Kind, ids: list[GlobalId]
    ) -> Iterable[tuple[GlobalId, Node | Exception | None]]:
        try:
            return zip(ids, await self._loaders[kind](context, ids), strict=True)
        except _UNSEEN:
            return [(global_id, None) for global_id in ids]
        except Exception as error:  # noqa: BLE001 - the executor reports it, at each of its places
            return [(global_id, error) for global_id in ids]


def node_query(nodes: Nodes) -> type:
    """A part of the query type: `node` and `nodes` over these loaders."""

    @strawberry.type
    class NodeQuery:
        @field(description="The object with this id; null when it cannot be seen.")
        async def node(
            self,
            info: Info,
            id: Annotated[  # noqa: A002
                strawberry.ID, strawberry.argument(description="The `id` of any node.")
            ],
        ) -> Node | None:
            return await nodes.one(info.context, id)

        @length_of("ids", most=MOST_NODES)
        @field(description="The objects with these ids, in their order; at most 100.")
        async def nodes(
            self,
            info: Info,
            ids: Annotated[
                list[strawberry.ID],
                strawberry.argument(description="The `id` of up to 100 nodes, of any types."),
            ],
        ) -> list[Node | None] | None:
            if len(ids) > MOST_NODES:
                raise Invalid("node.too_many", field=("ids",), limit=MOST_NODES)
            found = await nodes.many(info.context, ids)
            return cast("list[Node | None]", found)  # the executor raises the exceptions in it

    return NodeQuery
