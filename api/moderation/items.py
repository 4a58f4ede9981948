"""Items of the queue: what is looked at, what raised it, who holds it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from api.decisions.types import ModerationDecision, decisions_by_id
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.members.types import Member
from api.moderation.enums import ReviewOrigin, ReviewState
from api.moderation.reports import Report, reports_of_items
from api.moderation.spans import TextSpan, like_posts, spans_of
from api.payloads import Payload
from api.posts.comments import Comment, comments_by_id
from api.posts.types import Post, posts_by_id
from api.relay import Node, PageInfo, edges_of
from community.moderation.decisions import appeals
from community.moderation.decisions import store as decisions
from community.moderation.queue import claims, store
from community.moderation.queue.store import ItemRow, SignalRow
from domain.members import Role
from domain.moderation import priority
from domain.moderation.subjects import SubjectKind
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, check_first, keyset

BY_RANK: Final = keyset(datetime, UUID)
"""The order of the queue: the best first; of what is decided, the last first."""

ReviewSubject: TypeAlias = Annotated[
    Post | Comment | Member,
    strawberry.union(
        "ReviewSubject",
        description="What an item is about. Its author stands for what is gone for good.",
    ),
]


@strawberry.type(description="Something that raises an item, and how much.")
class ReviewSignal:
    key: str = strawberry.field(description="Names the kind of signal.")
    label: str = strawberry.field(description="Its name in the reader's language.")
    weight: float = strawberry.field(description="What it adds to the priority.")
    detail: str | None = strawberry.field(description="What was found.")
    revision: int | None = strawberry.field(
        description="Of the text in which it was found; null for what is not about a text."
    )
    spans: list[TextSpan] = strawberry.field(
        description="Where in the text.", metadata=expected(2).metadata
    )
    like: strawberry.Private[Sequence[UUID]]

    @expected(2)
    @batch_field(
        description="Posts that this one is like, or shows a picture of.", reads_viewer=True
    )
    @staticmethod
    async def posts(signals: Sequence[ReviewSignal], info: Info) -> list[list[Post]]:
        wanted = list({one for signal in signals for one in signal.like})
        loaded = dict(zip(wanted, await info.context.load_many(posts_by_id, wanted), strict=True))
        return [
            [post for one in signal.like if (post := loaded[one]) is not None] for signal in signals
        ]


@strawberry.type(description="Something that is to be looked at, or was.")
class ReviewItem(Node):
    row: strawberry.Private[ItemRow]
    holder: strawberry.Private[UUID | None]
    origin: ReviewOrigin = strawberry.field(description="What brought it into the queue.")
    state: ReviewState = strawberry.field(description="Where it stands.")
    priority: float = strawberry.field(description="The sum of its signals; the highest is next.")
    claimed_until: datetime | None = strawberry.field(
        description="When the lease ends by itself; null while nobody holds it."
    )
    created_at: datetime = strawberry.field(description="When it came into the queue.")
    due_at: datetime = strawberry.field(description="By when it is to be decided.")

    @classmethod
    def of(cls, row: ItemRow, now: datetime) -> ReviewItem:
        holder = row.held_by(now)
        undecided = ReviewState.OPEN if holder is None else ReviewState.CLAIMED
        return cls(
            id=strawberry.ID(encode_id(Kind.REVIEW_ITEM, row.id)),
            row=row,
            holder=holder,
            origin=row.origin,
            state=undecided if row.decided_at is None else ReviewState.DECIDED,
            priority=priority.priority(row.rank_at, row.decided_at or now),
            claimed_until=None if holder is None else row.claimed_until,
            created_at=row.created_at,
            due_at=row.due_at,
        )

    @batch_field(description="What is looked at.", reads_viewer=True)
    @staticmethod
    async def subject(items: Sequence[ReviewItem], info: Info) -> list[ReviewSubject]:
        return await _subjects(info.context, [one.row for one in items])

    @expected(4)
    @batch_field(
        description="What raised it, each with its weight, so that the order can be understood; "
        "heaviest first. Their sum is the priority."
    )
    @staticmethod
    async def signals(items: Sequence[ReviewItem], info: Info) -> list[list[ReviewSignal]]:
        context = info.context
        now, sql = await context.now(), context.services.platform.database
        found = await store.signals_of(sql, [one.row.id for one in items])
        return [_signals(context, one.row, found.get(one.row.id, []), now) for one in items]

    @expected(2)
    @batch_field(description="What members reported, oldest first.")
    @staticmethod
    async def reports(items: Sequence[ReviewItem], info: Info) -> list[list[Report]]:
        return await reports_of_items(info.context, [one.row.id for one in items])

    @batch_field(description="Who holds it; null while nobody does.")
    @staticmethod
    async def claimed_by(items: Sequence[ReviewItem], info: Info) -> list[Member | None]:
        held = [one.holder for one in items if one.holder is not None]
        members = await _members(info.context, held)
        found: dict[UUID | None, Member] = {one.profile.id: one for one in members}
        return [found.get(one.holder) for one in items]

    @batch_field(description="What was decided; null before.", reads_viewer=True)
    @staticmethod
    async def decision(items: Sequence[ReviewItem], info: Info) -> list[ModerationDecision | None]:
        wanted = [one.row.decision_id for one in items if one.row.decision_id is not None]
        loaded = await info.context.load_many(decisions_by_id, wanted)
        found: dict[UUID | None, ModerationDecision | None] = dict(zip(wanted, loaded, strict=True))
        return [found.get(one.row.decision_id) for one in items]

    @batch_field(
        description="What the author says against a decision, where this is an appeal. The "
        "decision itself is not shown to whoever answers."
    )
    @staticmethod
    async def appeal_text(items: Sequence[ReviewItem], info: Info) -> list[str | None]:
        ids = [one.row.appeal_id for one in items]
        sql = info.context.services.platform.database
        found = await appeals.by_ids(sql, [one for one in ids if one is not None])
        return [None if one is None else found[one].text for one in ids]

    @batch_field(
        description="Earlier decisions about the same author, newest first.", reads_viewer=True
    )
    @staticmethod
    async def history(
        items: Sequence[ReviewItem],
        info: Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many at most: 1 to 100.")
        ] = 10,
    ) -> list[list[ModerationDecision]]:
        context, limit = info.context, check_first(first, default=10)
        authors = [one.row.author_id for one in items]
        found = await decisions.of_authors(
            context.services.platform.database, authors, context.signed_in(), limit=limit + 1
        )
        return [
            [
                ModerationDecision.of(row)
                for row in found[one.row.author_id]
                if row.id != one.row.decision_id
            ][:limit]
            for one in items
        ]


@strawberry.type(description="An item and its place in the queue.")
class ReviewItemEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: ReviewItem = strawberry.field(description="The item.")


@strawberry.type(description="A page of the queue.")
class ReviewItemConnection:
    asked: strawberry.Private[tuple[ReviewState, ReviewOrigin | None]]
    edges: list[ReviewItemEdge] = strawberry.field(description="Items with their cursors.")
    nodes: list[ReviewItem] = strawberry.field(description="The items alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(
        cls, page: Page[ReviewItem], asked: tuple[ReviewState, ReviewOrigin | None]
    ) -> ReviewItemConnection:
        return cls(
            asked=asked,
            edges=edges_of(page, ReviewItemEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )

    @field(description="How many there are in all.")
    async def total_count(self, info: Info) -> int:
        context = info.context
        sql = context.services.platform.database
        return await store.count(sql, *self.asked, await context.now())


@strawberry.type(description="An item of the queue that is new, or not as it was.")
class ReviewQueueChange:
    open_count: int = strawberry.field(description="How many items wait for a decision.")
    item: ReviewItem = strawberry.field(description="The item as it is now.")


@strawberry.type(description="The item as it is now.")
class ReviewPayload(Payload):
    review: ReviewItem | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="The items as they are now.")
class ReviewsPayload(Payload):
    reviews: list[ReviewItem] = strawberry.field(
        description="Those for which it was done.", metadata=expected(10).metadata
    )


async def read(context: Context, rows: Sequence[ItemRow]) -> list[ReviewItem]:
    """Items as the viewer reads them: the leases of those that they hold begin anew."""
    now, platform = await context.now(), context.services.platform
    begun = await claims.renew(platform.database, context.signed_in(), rows, now)
    return [ReviewItem.of(begun.get(one.id, one), now) for one in rows]


async def item_nodes(context: Context, ids: list[GlobalId]) -> Sequence[ReviewItem | None]:
    """For moderators and admins."""
    if not context.has(Role.MODERATOR, Role.ADMIN):
        return [None for _ in ids]
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    items = {one.row.id: one for one in await read(context, list(found.values()))}
    return [items.get(one.key) for one in ids]


async def _members(context: Context, ids: Sequence[UUID]) -> list[Member]:
    loaded = await context.load_many(context.services.members, ids)
    return [one for one in loaded if isinstance(one, Member)]


async def _subjects(context: Context, rows: Sequence[ItemRow]) -> list[Post | Comment | Member]:
    posts = [one.subject_id for one in rows if one.subject_kind is SubjectKind.POST]
    comments = [one.subject_id for one in rows if one.subject_kind is SubjectKind.COMMENT]
    found: dict[UUID, Post | Comment | Member | None] = {}
    found |= dict(zip(posts, await context.load_many(posts_by_id, posts), strict=True))
    found |= dict(zip(comments, await context.load_many(comments_by_id, comments), strict=True))
    gone = [one.author_id for one in rows if found.get(one.subject_id) is None]
    authors = {one.profile.id: one for one in await _members(context, gone)}
    return [found.get(one.subject_id) or authors[one.author_id] for one in rows]


def _signals(
    context: Context, row: ItemRow, found: Sequence[SignalRow], now: datetime
) -> list[ReviewSignal]:
    waited = SignalRow(priority.WAITING, priority.waiting(row.due_at, row.decided_at or now), {})
    return [
        ReviewSignal(
            key=one.key,
            label=_said(context, f"review.signal.{one.key}") or one.key,
            weight=one.weight,
            detail=_said(context, f"review.signal.{one.key}.detail", **one.evidence)
            or one.evidence.get("detail"),
            revision=one.evidence.get("revision"),
            spans=spans_of(one.evidence),
            like=like_posts(one.evidence),
        )
        for one in sorted([*found, waited], key=lambda one: -one.weight)
    ]


def _said(context: Context, key: str, **params: object) -> str | None:
    """A sentence, where a catalogue has it and the evidence fills it in."""
    if not context.services.platform.catalogue.has(key):
        return None
    try:
        return context.say(key, **params)
    except (KeyError, IndexError):
        return None
