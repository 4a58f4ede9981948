"""What members of a shop report to its moderators."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from community.moderation.reports import service
from community.moderation.reports.service import Complaint
from community.moderation.reports.store import ReportRow
from domain.moderation.subjects import ReportReason, SubjectKind
from domain.posts.visibility import Reader
from tests.support.moderators import Moderators

ZONE = ZoneInfo("Asia/Shanghai")


async def report(
    office: Moderators,
    subject_id: UUID,
    who: str = "C-2",
    kind: SubjectKind = SubjectKind.POST,
    *,
    staff: bool = False,
    reason: ReportReason = ReportReason.SPAM,
    **more: Any,  # noqa: ANN401
) -> ReportRow:
    """Reports something of C-1's."""
    member = await office.member(who)
    complaint = Complaint(Reader(member, staff=staff), member, kind, subject_id, reason, **more)
    return await service.report(office.platform, ZONE, complaint)
