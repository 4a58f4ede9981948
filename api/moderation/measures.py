"""Statistics of moderation, for moderators and admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias, cast
from uuid import UUID

import strawberry

from api.enums import described
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.members.types import Member
from community.moderation.measures import service, store
from community.moderation.measures.store import Decided, Rated, Waiting
from domain import calendar
from domain.members import Role
from domain.moderation import measures
from domain.moderation.measures import USUAL_DAYS, Neutrality, Share, Verdict

described(
    Verdict,
    name="NeutralityVerdict",
    description="What may be said of how decisions go by stars.",
    values={
        Verdict.TOO_FEW: "Too few decisions to tell.",
        Verdict.NO_DIFFERENCE_SEEN: "No more difference than chance makes. That is no proof that "
        "there is none: look at the intervals.",
        Verdict.DIFFERS: "More difference than chance makes in one of a hundred. It does not say "
        "why: posts with few stars may break the rules more often, or be judged more harshly.",
    },
)

_Everything: TypeAlias = tuple[Decided, Mapping[UUID, Decided]]


@strawberry.type(description="How many of so many, and how sure that is.")
class MeasuredShare:
    part: int = strawberry.field(description="How many it holds for.")
    whole: int = strawberry.field(description="Of how many.")
    rate: float | None = strawberry.field(description="The one by the other; null without any.")
    low: float = strawberry.field(
        description="The least that the true share may be: it lies from `low` to `high` 95 times "
        "of 100 (Wilson's interval)."
    )
    high: float = strawberry.field(description="The most that the true share may be.")

    @classmethod
    def of(cls, share: Share) -> MeasuredShare:
        low, high = share.interval
        return cls(part=share.part, whole=share.whole, rate=share.rate, low=low, high=high)


@strawberry.type(description="First decisions about posts that gave so many stars.")
class RatingStats:
    rating: int = strawberry.field(description="From 1 to 5.")
    rejected: MeasuredShare = strawberry.field(
        description="Decisions against the author (REJECT, REMOVE, WARN, SUSPEND), of all."
    )
    median_seconds: int = strawberry.field(
        description="Half were decided within this time of coming into the queue."
    )

    @classmethod
    def of(cls, rating: int, row: Rated) -> RatingStats:
        return cls(
            rating=rating, rejected=MeasuredShare.of(row.rejected), median_seconds=row.median
        )


@strawberry.type(
    description="Whether posts are decided about alike whatever stars they gave. Answers to "
    "appeals do not count, nor do posts without stars."
)
class RatingNeutrality:
    verdict: Verdict = strawberry.field(description="What may be said of it.")
    by_chance: float | None = strawberry.field(
        description="How likely chance alone makes the shares of rejected posts differ as much "
        "(Pearson's test); null for too few decisions."
    )
    by_rating: list[RatingStats] = strawberry.field(
        description="By stars, the fewest first.", metadata=expected(5).metadata
    )

    @classmethod
    def of(cls, found: Mapping[int, Rated]) -> RatingNeutrality:
        judged: Neutrality = measures.neutrality({key: one.rejected for key, one in found.items()})
        return cls(
            verdict=judged.verdict,
            by_chance=judged.by_chance,
            by_rating=[RatingStats.of(key, one) for key, one in found.items()],
        )


@strawberry.type(description="What one moderator decided.")
class ModeratorStats:
    moderator_id: strawberry.Private[UUID]
    decided: int = strawberry.field(description="Decisions, without what was undone.")
    median_seconds: int = strawberry.field(
        description="Half of them were taken within this time of coming into the queue."
    )
    p90_seconds: int = strawberry.field(description="Nine of ten were taken within this time.")
    overturned: int = strawberry.field(description="How many of them were overturned on appeal.")

    @classmethod
    def of(cls, moderator_id: UUID, row: Decided) -> ModeratorStats:
        return cls(
            moderator_id=moderator_id,
            decided=row.decided,
            median_seconds=row.median,
            p90_seconds=row.p90,
            overturned=row.overturned,
        )

    @batch_field(description="Who decided.")
    @staticmethod
    async def moderator(found: Sequence[ModeratorStats], info: Info) -> list[Member]:
        context = info.context
        ids = [one.moderator_id for one in found]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.type(
    description="How well moderation works. What was undone counts nowhere; answers to appeals "
    "are decisions."
)
class ModerationStats:
    days: int = strawberry.field(description="Of how many days until now decisions are counted.")
    since: strawberry.Private[datetime]

    @field(description="How many items wait for a decision, held or not.")
    async def open(self, info: Info) -> int:
        return (await _waiting(info.context)).open

    @field(description="How long the one that waits longest has been in the queue; 0 for none.")
    async def oldest_open_seconds(self, info: Info) -> int:
        oldest = (await _waiting(info.context)).oldest_at
        return _seconds(oldest, await info.context.now())

    @field(description="In what time that one was to be decided; 0 for none.")
    async def oldest_target_seconds(self, info: Info) -> int:
        found = await _waiting(info.context)
        return 0 if found.oldest_due_at is None else _seconds(found.oldest_at, found.oldest_due_at)

    @field(description="How many items wait that were to be decided by now.")
    async def overdue(self, info: Info) -> int:
        return (await _waiting(info.context)).overdue

    @field(description="Decisions since the programme's day began.")
    async def decided_today(self, info: Info) -> int:
        context = info.context
        sql = context.services.platform.database
        zone = (await context.services.programmes.current(sql)).settings.zone
        begins = calendar.start_of(calendar.day_of(await context.now(), zone), zone)
        return await store.count_since(sql, begins)

    @field(description="Decisions in these days.")
    async def decided(self, info: Info) -> int:
        return (await _decided(info.context, self)).decided

    @field(description="Half were taken within this time of coming into the queue; 0 for none.")
    async def median_seconds_to_decision(self, info: Info) -> int:
        return (await _decided(info.context, self)).median

    @field(description="Nine of ten were taken within this time; 0 for none.")
    async def p90_seconds_to_decision(self, info: Info) -> int:
        return (await _decided(info.context, self)).p90

    @field(description="The share of these decisions that were overturned on appeal; 0 for none.")
    async def overturn_rate(self, info: Info) -> float:
        found = await _decided(info.context, self)
        return Share(found.overturned, found.decided).rate or 0.0

    @field(description="Answers to appeals that overturned the first decision, of all answers.")
    async def appeals_overturned(self, info: Info) -> MeasuredShare:
        found = await _decided(info.context, self)
        return MeasuredShare.of(Share(found.overturning, found.answers))

    @field(
        description="Second looks at the same answer as the first: both against the author, or "
        "neither. One of fifty approvals is asked again of somebody else who is not told of it."
    )
    async def agreement(self, info: Info) -> MeasuredShare:
        sql = info.context.services.platform.database
        return MeasuredShare.of(await store.looked_again(sql, self.since))

    @field(description="Whether posts are decided about alike whatever stars they gave.")
    async def neutrality(self, info: Info) -> RatingNeutrality:
        sql = info.context.services.platform.database
        return RatingNeutrality.of(await store.rated(sql, self.since))

    @expected(10)
    @field(description="By moderator, the busiest first, up to a hundred.")
    async def by_moderator(self, info: Info) -> list[ModeratorStats]:
        _, each = await info.context.load(_decisions, self.since)
        return [ModeratorStats.of(key, one) for key, one in each.items()]


@strawberry.type
class MeasureQueries:
    @field(description="Moderators and admins: how well moderation works.")
    async def moderation_stats(
        self,
        info: Info,
        days: Annotated[
            int | None,
            strawberry.argument(description="Of how many days until now, 1 to 366; 30."),
        ] = USUAL_DAYS,
    ) -> ModerationStats | None:
        context = info.context
        context.require(Role.MODERATOR, Role.ADMIN)
        wanted = USUAL_DAYS if days is None else days
        return ModerationStats(days=wanted, since=service.since(await context.now(), wanted))


def _seconds(start: datetime | None, end: datetime) -> int:
    return 0 if start is None else max(0, int((end - start).total_seconds()))


async def _waiting(context: Context) -> Waiting:
    return await context.load(_waitings, None)


async def _waitings(context: Context, keys: list[None]) -> list[Waiting]:
    """What waits, for whoever asks; read once an operation."""
    found = await store.waiting(context.services.platform.database, await context.now())
    return [found] * len(keys)


async def _decided(context: Context, stats: ModerationStats) -> Decided:
    everybody, _ = await context.load(_decisions, stats.since)
    return everybody


async def _decisions(context: Context, starts: list[datetime]) -> list[_Everything]:
    """All decisions since each of the moments, and by moderator; read once an operation."""
    sql = context.services.platform.database
    return [await store.decided(sql, one) for one in starts]
