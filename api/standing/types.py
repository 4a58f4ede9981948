"""How a member stands: what they are told themselves, and what staff knows besides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from api.decisions.types import ModerationDecision, decisions_by_id
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.standing.enums import StrikeStep, TrustLevel
from community.moderation import standing
from community.moderation.standing import strikes
from community.moderation.standing.strikes import StrikeRow
from domain.members import Role
from domain.moderation import reports
from domain.moderation.standing import Record, step, trust
from members import suspensions


@strawberry.type(description="Why a member may not write, comment or like, and until when.")
class Suspension:
    until: datetime | None = strawberry.field(description="Null for one that lasts.")
    reason: str = strawberry.field(description="The name of the policy that it refers to.")


@strawberry.type(description="A warning that is in force. It ends by itself.")
class Strike:
    row: strawberry.Private[StrikeRow]
    given_at: datetime = strawberry.field(description="When it was given.")
    ends_at: datetime = strawberry.field(description="When it ends.")

    @classmethod
    def of(cls, row: StrikeRow) -> Strike:
        return cls(row=row, given_at=row.given_at, ends_at=row.ends_at)

    @batch_field(
        description="The decision that gave it; null for staff while an appeal against it waits.",
        reads_viewer=True,
    )
    @staticmethod
    async def decision(found: Sequence[Strike], info: Info) -> list[ModerationDecision | None]:
        wanted = [one.row.decision_id for one in found]
        return await info.context.load_many(decisions_by_id, wanted)


@strawberry.type(
    description="How far a member is trusted, and why: what counts of the last 180 days."
)
class Standing:
    trust: TrustLevel = strawberry.field(description="What all of it comes to.")
    approved: int = strawberry.field(description="Posts and comments that moderators let pass.")
    stood: int = strawberry.field(description="Posts that have been published for a week or more.")
    reports_upheld: int = strawberry.field(description="Reports of theirs that led to something.")
    reports_dismissed: int = strawberry.field(description="Reports of theirs that led to nothing.")
    report_accuracy: float = strawberry.field(
        description="How likely a report of theirs is right, from 0 to 1; one half for somebody "
        "who never reported anything."
    )
    decided_against: int = strawberry.field(description="Decisions against them in force.")
    strikes: int = strawberry.field(description="Strikes in force now.")
    step: StrikeStep = strawberry.field(description="What the strikes call for.")

    @classmethod
    def of(cls, record: Record) -> Standing:
        return cls(
            trust=trust(record),
            approved=record.approved,
            stood=record.stood,
            reports_upheld=record.upheld,
            reports_dismissed=record.dismissed,
            report_accuracy=reports.accuracy(record.upheld, record.dismissed),
            decided_against=record.against,
            strikes=record.strikes,
            step=step(record.strikes),
        )


async def suspensions_of_members(context: Context, ids: list[UUID]) -> list[Suspension | None]:
    """The suspension in force of each, for the member and staff; for `context.load`."""
    seen = [one for one in ids if _concerns(context, one)]
    sql = context.services.platform.database
    found = await suspensions.in_force(sql, seen, await context.now()) if seen else {}
    return [
        Suspension(until=found[one].ends_at, reason=found[one].reason) if one in found else None
        for one in ids
    ]


async def strikes_of_members(context: Context, ids: list[UUID]) -> list[list[Strike] | None]:
    """The strikes in force of each, for the member and staff; for `context.load`."""
    seen = [one for one in ids if _concerns(context, one)]
    sql = context.services.platform.database
    found = await strikes.in_force(sql, seen, await context.now()) if seen else {}
    return [[Strike.of(row) for row in found[one]] if one in found else None for one in ids]


async def standings_of_members(context: Context, ids: list[UUID]) -> list[Standing | None]:
    """How each stands, for moderators and admins; for `context.load`."""
    if not context.has(Role.MODERATOR, Role.ADMIN):
        return [None for _ in ids]
    sql = context.services.platform.database
    found = await standing.records_of(sql, ids, await context.now())
    return [Standing.of(found[one]) if one in found else None for one in ids]


def _concerns(context: Context, member_id: UUID) -> bool:
    """Source: the contract's "Who sees what": also moderators see suspensions."""
    return context.sees_private(member_id) or context.has(Role.MODERATOR)
