"""What members report, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from api.enums import described
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.members.types import Member
from api.moderation.enums import ReportReason
from api.payloads import Payload, mutation
from api.relay import Node
from community.moderation.reports import service, store
from community.moderation.reports.service import Complaint
from community.moderation.reports.store import ReportRow
from domain.errors import NotFound
from domain.members import Role
from domain.moderation.reports import Outcome as ReportOutcome
from domain.moderation.subjects import SubjectKind
from infra.ids import GlobalId, Kind, decode_id, encode_id

described(
    ReportOutcome,
    name="ReportOutcome",
    description="How a report ended.",
    values={
        ReportOutcome.UPHELD: "Something was decided against what it is about.",
        ReportOutcome.DISMISSED: "Nothing was, or not for good.",
    },
)

_KINDS: Final = {
    Kind.POST: SubjectKind.POST,
    Kind.COMMENT: SubjectKind.COMMENT,
    Kind.MEMBER: SubjectKind.MEMBER,
}


@strawberry.type(description="A member says that something is wrong.")
class Report(Node):
    row: strawberry.Private[ReportRow]
    reason: ReportReason = strawberry.field(description="Why.")
    note: str | None = strawberry.field(description="In the reporter's words.")
    created_at: datetime = strawberry.field(description="When.")
    outcome: ReportOutcome | None = strawberry.field(
        description="How it ended, as its reporter was told; null while it waits."
    )

    @classmethod
    def of(cls, row: ReportRow) -> Report:
        return cls(
            id=strawberry.ID(encode_id(Kind.REPORT, row.id)),
            row=row,
            reason=row.reason,
            note=row.note,
            created_at=row.created_at,
            outcome=row.told,
        )

    @batch_field(description="Who reported it.")
    @staticmethod
    async def reporter(reports: Sequence[Report], info: Info) -> list[Member]:
        context = info.context
        loaded = await context.load_many(
            context.services.members, [one.row.reporter_id for one in reports]
        )
        return [one for one in loaded if isinstance(one, Member)]

    @field(
        description="What it adds to the priority of its item, by its reason and by how often its "
        "reporter was right; for moderators and admins, null for others.",
        reads_viewer=True,
    )
    def weight(self, info: Info) -> float | None:
        return self.row.weight if info.context.has(Role.MODERATOR, Role.ADMIN) else None


@strawberry.input(description="What is wrong, and why.")
class ReportInput:
    subject_id: strawberry.ID = strawberry.field(description="A post, a comment or a member.")
    reason: ReportReason = strawberry.field(description="What is wrong with it.")
    note: str | None = strawberry.field(default=None, description="Up to 1,000 characters.")

    def complaint(self, context: Context) -> Complaint:
        """Raises: Unauthenticated, NotFound for what is no id of such a thing."""
        member_id, subject = context.signed_in(), decode_id(self.subject_id)
        if subject is None or subject.kind not in _KINDS:
            raise NotFound("node.not_found", field=("subjectId",))
        kind = _KINDS[subject.kind]
        return Complaint(context.reader, member_id, kind, subject.key, self.reason, self.note)


@strawberry.type(description="The report as it was made.")
class ReportPayload(Payload):
    report: Report | None = strawberry.field(description="Null when refused.")


@strawberry.type
class ReportMutations:
    @mutation(
        description="Says that something is wrong with a post, a comment or a member: once a "
        "member and thing, again changes nothing; up to 30 a day. Whoever reports is told how it "
        "ended."
    )
    async def report(self, info: Info, input: ReportInput) -> ReportPayload:  # noqa: A002
        context = info.context
        complaint, platform = input.complaint(context), context.services.platform
        programme = await context.services.programmes.current(platform.database)
        made = await service.report(platform, programme.settings.zone, complaint)
        return ReportPayload(report=Report.of(made))


async def reports_of_items(context: Context, ids: list[UUID]) -> list[list[Report]]:
    """What brought each item, oldest first."""
    found = await store.of_items(context.services.platform.database, ids)
    return [[Report.of(row) for row in found.get(one, [])] for one in ids]


async def report_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Report | None]:
    """For staff, and whoever made the report."""
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    own = None if context.viewer is None else context.viewer.member_id
    seen = {
        key: Report.of(row)
        for key, row in found.items()
        if context.reader.staff or row.reporter_id == own
    }
    return [seen.get(one.key) for one in ids]
