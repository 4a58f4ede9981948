"""Badges: what they ask for, how rare they are, and how the viewer stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.activities.types import Activity
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.images.types import Image
from api.metrics.types import MetricProgress
from api.payloads import Payload
from api.relay import Node, PageInfo, edges_of
from api.scalars import Long
from domain import badges as rules
from domain import calendar
from gamification.badges import artwork, awards, reading, store
from gamification.badges.awards import AwardRow
from gamification.badges.store import BadgeRow
from infra import activity_log
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

BY_TIME: Final = keyset(datetime, UUID)
"""The order of a member's awards: newest first."""


@strawberry.type(description="A level of a badge.")
class BadgeLevel:
    level: int = strawberry.field(description="1 for the first.")
    threshold: Long = strawberry.field(description="Of the badge's metric; reaching it counts.")


@strawberry.type(description="What members earn when a metric of theirs reaches thresholds.")
class Badge(Node):
    row: strawberry.Private[BadgeRow]
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="How it is earned, in the shop's words.")
    revocable: bool = strawberry.field(
        description="Whether it is taken back when its metric falls below."
    )
    levels: list[BadgeLevel] = strawberry.field(
        description="Lowest first.", metadata=expected(5).metadata
    )

    @classmethod
    def of(cls, row: BadgeRow) -> Badge:
        return cls(
            id=strawberry.ID(encode_id(Kind.BADGE, row.id)),
            row=row,
            key=row.key,
            name=row.name,
            description=row.description,
            revocable=row.revocable,
            levels=[
                BadgeLevel(level=level, threshold=threshold)
                for level, threshold in enumerate(row.thresholds, start=1)
            ],
        )

    @batch_field(description="Its own picture, or the medal of its highest level.")
    @staticmethod
    async def image(badges: Sequence[Badge], info: Info) -> list[Image]:
        wanted = [(one.row, len(one.row.thresholds)) for one in badges]
        return await images_of(info.context, wanted)

    @batch_field(description="How many members hold it.")
    @staticmethod
    async def holder_count(badges: Sequence[Badge], info: Info) -> list[int]:
        return await info.context.load_many(holders_of, [one.row.id for one in badges])

    @batch_field(description="Share of members who hold it, 0 to 1.")
    @staticmethod
    async def rarity(badges: Sequence[Badge], info: Info) -> list[float]:
        context = info.context
        found = await context.load_many(holders_of, [one.row.id for one in badges])
        members = max(await awards.members(context.services.platform.database), 1)
        return [min(holders / members, 1.0) for holders in found]

    @batch_field(
        description="What the viewer holds of it; null for nothing, and for visitors.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_award(badges: Sequence[Badge], info: Info) -> list[BadgeAward | None]:
        context = info.context
        if context.viewer is None:
            return [None] * len(badges)
        keys = [(context.viewer.member_id, one.row.id) for one in badges]
        found = await awards.by_keys(
            context.services.platform.database,
            await badges_now(context),
            keys,
            await today(context),
        )
        return [BadgeAward.of(found[key]) if key in found else None for key in keys]

    @batch_field(
        description="The viewer's progress to the next level; null when anonymous or complete.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_progress(badges: Sequence[Badge], info: Info) -> list[MetricProgress | None]:
        context = info.context
        if context.viewer is None:
            return [None] * len(badges)
        asked = {one.row.id: one.row.badge for one in badges}
        database, member_id = context.services.platform.database, context.viewer.member_id
        found = await reading.progress_of(database, asked, member_id, await today(context))
        ways = [found.get(one.row.id) for one in badges]
        return [None if one is None else MetricProgress.of(one.value, one.target) for one in ways]


@strawberry.type(description="A badge that a member holds, at the level reached so far.")
class BadgeAward(Node):
    row: strawberry.Private[AwardRow]
    level: int = strawberry.field(description="The highest level that is held.")
    awarded_at: datetime = strawberry.field(description="When that level was reached.")

    @classmethod
    def of(cls, row: AwardRow) -> BadgeAward:
        return cls(
            id=strawberry.ID(encode_id(Kind.BADGE_AWARD, row.id)),
            row=row,
            level=row.level,
            awarded_at=row.awarded_at,
        )

    @batch_field(description="The badge as it is now.")
    @staticmethod
    async def badge(awards: Sequence[BadgeAward], info: Info) -> list[Badge]:
        return await info.context.load_many(existing_badges, [one.row.badge_id for one in awards])

    @batch_field(description="Who holds it.")
    @staticmethod
    async def member(
        awards: Sequence[BadgeAward], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.member_id for one in awards]
        return cast("list[Member]", await context.load_many(context.services.members, ids))

    @batch_field(
        description="What brought the level; for the member, admins and service accounts, null for "
        "others and where no activity did.",
        reads_viewer=True,
    )
    @staticmethod
    async def activity(awards: Sequence[BadgeAward], info: Info) -> list[Activity | None]:
        context = info.context
        keys = [
            one.row.activity_id if context.sees_private(one.row.member_id) else None
            for one in awards
        ]
        wanted = [key for key in keys if key is not None]
        facts = await activity_log.by_ids(context.services.platform.database, wanted)
        found = {key: Activity.of(fact) for key, fact in facts.items()}
        return [None if key is None else found.get(key) for key in keys]

    @batch_field(description="The badge's own picture, or the medal of this level.")
    @staticmethod
    async def image(awards: Sequence[BadgeAward], info: Info) -> list[Image]:
        ids = [one.row.badge_id for one in awards]
        badges = await info.context.load_many(existing_badges, ids)
        wanted = [(one.row, award.level) for one, award in zip(badges, awards, strict=True)]
        return await images_of(info.context, wanted)

    @field(
        description="Open Badges 3.0 credential, signed: for everybody, and a page for browsers."
    )
    def credential_url(self, info: Info) -> str:
        return f"{info.context.services.address}/badges/awards/{self.id}"


@strawberry.type(description="An award and its place in the list.")
class BadgeAwardEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: BadgeAward = strawberry.field(description="The award.")


@strawberry.type(description="A page of awards.")
class BadgeAwardConnection:
    member_id: strawberry.Private[UUID]
    edges: list[BadgeAwardEdge] = strawberry.field(description="Awards with their cursors.")
    nodes: list[BadgeAward] = strawberry.field(description="The awards alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[AwardRow], member_id: UUID) -> BadgeAwardConnection:
        shown = page.map(BadgeAward.of)
        return cls(
            member_id=member_id,
            edges=edges_of(shown, BadgeAwardEdge),
            nodes=list(shown.items),
            page_info=PageInfo.of(shown),
        )

    @field(description="How many there are in all.")
    async def total_count(self, info: Info) -> int:
        return await info.context.load(award_counts, self.member_id)


@strawberry.type(description="The saved badge.")
class BadgePayload(Payload):
    badge: Badge | None = strawberry.field(description="Null when refused.")


async def today(context: Context) -> date:
    """The programme's day."""
    services = context.services
    programme = await services.programmes.current(services.platform.database)
    return calendar.day_of(await context.now(), programme.settings.zone)


async def badges_now(context: Context) -> Mapping[UUID, rules.Badge]:
    """All badges as the engine sees them."""
    services = context.services
    return (await services.programmes.current(services.platform.database)).badges.by_id


async def badges_by_id(context: Context, ids: list[UUID]) -> list[Badge | None]:
    """The badges with these ids, None for unknown ones."""
    found = await store.by_ids(context.services.platform.database, ids)
    return [Badge.of(found[one]) if one in found else None for one in ids]


async def badges_by_key(context: Context, keys: list[str]) -> list[Badge | None]:
    """The badges with these keys, None for unknown ones."""
    rows = await store.badges(context.services.platform.database)
    found = {row.key: Badge.of(row) for row in rows}
    return [found.get(one) for one in keys]


async def existing_badges(context: Context, ids: list[UUID]) -> list[Badge]:
    """The badges with these ids, which rows of ours name and which therefore exist."""
    found = await store.by_ids(context.services.platform.database, ids)
    return [Badge.of(found[one]) for one in ids]


async def holders_of(context: Context, ids: list[UUID]) -> list[int]:
    """How many members hold each badge."""
    found = await store.holders(context.services.platform.database, ids)
    return [found.get(one, 0) for one in ids]


async def images_of(context: Context, wanted: Sequence[tuple[BadgeRow, int]]) -> list[Image]:
    """The picture of each badge at a level: its own, or the medal."""
    return [Image.of(one) for one in await artwork.images_of(context.services.platform, wanted)]


async def award_counts(context: Context, member_ids: list[UUID]) -> list[int]:
    """How many badges each member holds."""
    found = await awards.counts_of(
        context.services.platform.database,
        await badges_now(context),
        member_ids,
        await today(context),
    )
    return [found[one] for one in member_ids]


async def awards_of_members(
    context: Context, member_ids: Sequence[UUID], *, first: int | None, after: str | None
) -> list[BadgeAwardConnection]:
    """A page of what each member holds, newest first; for everybody."""
    window = BY_TIME.window(first, after)
    found = await awards.of_members(
        context.services.platform.database,
        await badges_now(context),
        member_ids,
        today=await today(context),
        before=window.after,
        limit=window.limit,
    )
    return [
        BadgeAwardConnection.of(
            window.page(found[one], key=lambda row: (row.awarded_at, row.id)), member_id=one
        )
        for one in member_ids
    ]


async def badge_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Badge | None]:
    return await badges_by_id(context, [one.key for one in ids])


async def award_nodes(context: Context, ids: list[GlobalId]) -> Sequence[BadgeAward | None]:
    """For everybody, as long as it is held."""
    found = await awards.by_ids(
        context.services.platform.database,
        await badges_now(context),
        [one.key for one in ids],
        await today(context),
    )
    return [BadgeAward.of(found[one.key]) if one.key in found else None for one in ids]
