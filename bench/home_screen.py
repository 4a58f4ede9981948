"""A home screen of about 960 fields over objects in memory: its schema, its query, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import strawberry

from api.execution.compiler import batch_field
from api.execution.compiler.times import show_date_time
from api.execution.context import Context, Info
from api.execution.fields import field
from api.scalars import Long
from domain.members import Role

NOW: Final = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@strawberry.type
class Tier:
    name: str
    level: int


@strawberry.type
class Author:
    id: strawberry.ID
    handle: str
    display_name: str
    avatar: str | None
    role: Role

    @field(description="Held now.")
    def tier(self) -> Tier:
        return GOLD


@strawberry.type
class Image:
    url: str
    width: int
    height: int
    alt: str | None


@strawberry.type
class Post:
    id: strawberry.ID
    title: str
    body: str | None
    likes: Long
    rating: float | None
    liked: bool
    created_at: datetime
    tags: list[str]
    images: list[Image]
    author: Author


@strawberry.type
class Edge:
    cursor: str
    node: Post


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Connection:
    edges: list[Edge]
    page_info: PageInfo


@strawberry.type
class Place:
    rank: int
    score: Long
    member: Author


@strawberry.type
class Challenge:
    id: strawberry.ID
    title: str
    target: Long
    progress: Long
    ends_at: datetime | None
    done: bool


@strawberry.type
class Child:
    id: int
    name: str


@strawberry.type
class Parent:
    id: int

    @batch_field(description="By one call for all.")
    @staticmethod
    async def child(parents: Sequence[Parent], info: Info) -> list[Child]:  # noqa: ARG004
        return [CHILDREN[parent.id] for parent in parents]

    @field(description="By a DataLoader.")
    async def loaded(self, info: Info) -> Child:
        return await info.context.load(children_by_id, self.id)


GOLD: Final = Tier(name="金卡", level=3)
AUTHORS: Final = [
    Author(
        id=strawberry.ID(f"author-{n}"),
        handle=f"shopper{n}",
        display_name=f"买家 {n}",
        avatar=f"https://media.example/avatars/{n}.webp" if n % 3 else None,
        role=Role.SHOPPER,
    )
    for n in range(30)
]
POSTS: Final = [
    Post(
        id=strawberry.ID(f"post-{n}"),
        title=f"第 {n} 篇买家秀",
        body="质地很轻，吸收很快，第二天皮肤状态明显好了。" * 3 if n % 4 else None,
        likes=n * 17,
        rating=4.5 if n % 2 else None,
        liked=n % 3 == 0,
        created_at=NOW - timedelta(hours=n),
        tags=["精华", "敏感肌"],
        images=[
            Image(
                url=f"https://media.example/posts/{n}/{k}.webp", width=1080, height=1440, alt=None
            )
            for k in range(3)
        ],
        author=AUTHORS[n % 7],
    )
    for n in range(20)
]
PLACES: Final = [Place(rank=n + 1, score=9000 - n, member=AUTHORS[n]) for n in range(30)]
CHALLENGES: Final = [
    Challenge(
        id=strawberry.ID(f"challenge-{n}"),
        title=f"挑战 {n}",
        target=10,
        progress=n,
        ends_at=NOW + timedelta(days=n) if n % 2 else None,
        done=n == 0,
    )
    for n in range(16)
]
CHILDREN: Final = [Child(id=n, name=f"child {n}") for n in range(1000)]
PARENTS: Final = [Parent(id=n) for n in range(1000)]


async def children_by_id(_context: Context, ids: list[int]) -> list[Child]:
    return [CHILDREN[one] for one in ids]


@strawberry.type
class Query:
    @field(description="Who asks.")
    async def me(self) -> Author:
        return AUTHORS[0]

    @field(description="The newest posts.")
    async def feed(self, first: int = 20) -> Connection:
        edges = [Edge(cursor=f"cursor-{n}", node=post) for n, post in enumerate(POSTS[:first])]
        return Connection(edges=edges, page_info=PageInfo(has_next_page=True, end_cursor="c"))

    @field(description="The first places of a board.")
    async def board(self, first: int = 10) -> list[Place]:
        return PLACES[:first]

    @field(description="What can be joined.")
    async def challenges(self) -> list[Challenge] | None:
        return CHALLENGES

    @field(description="Many.")
    def parents(self) -> list[Parent]:
        return PARENTS


HOME: Final = """
query Home($first: Int = 20, $more: Boolean = true) {
  me { ...Person role }
  feed(first: $first) {
    edges {
      cursor
      node {
        __typename id title body likes rating liked createdAt tags
        images { url width height alt }
        author { ...Person tier { name level } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
  board(first: 30) { rank score member { ...Person } }
  challenges @include(if: $more) { id title target progress endsAt done }
}
fragment Person on Author { id handle displayName avatar }
"""
BATCHED: Final = "{ parents { id child { id name } } }"
LOADED: Final = "{ parents { id child: loaded { id name } } }"


def by_hand(first: int) -> dict[str, Any]:
    """The home screen as somebody would write it for this screen alone."""
    return {
        "me": {**_person(AUTHORS[0]), "role": AUTHORS[0].role.name},
        "feed": {
            "edges": [
                {"cursor": f"cursor-{n}", "node": _post(p)} for n, p in enumerate(POSTS[:first])
            ],
            "pageInfo": {"hasNextPage": True, "endCursor": "c"},
        },
        "board": [
            {"rank": p.rank, "score": p.score, "member": _person(p.member)} for p in PLACES[:30]
        ],
        "challenges": [_challenge(c) for c in CHALLENGES],
    }


def _person(one: Author) -> dict[str, Any]:
    return {
        "id": one.id,
        "handle": one.handle,
        "displayName": one.display_name,
        "avatar": one.avatar,
    }


def _post(one: Post) -> dict[str, Any]:
    return {
        "__typename": "Post",
        "id": one.id,
        "title": one.title,
        "body": one.body,
        "likes": one.likes,
        "rating": one.rating,
        "liked": one.liked,
        "createdAt": show_date_time(one.created_at),
        "tags": one.tags,
        "images": [
            {"url": i.url, "width": i.width, "height": i.height, "alt": i.alt} for i in one.images
        ],
        "author": {**_person(one.author), "tier": {"name": GOLD.name, "level": GOLD.level}},
    }


def _challenge(one: Challenge) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "target": one.target,
        "progress": one.progress,
        "endsAt": one.ends_at and show_date_time(one.ends_at),
        "done": one.done,
    }
