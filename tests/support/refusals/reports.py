"""Refusals of reports and of lifting suspensions."""

from __future__ import annotations

from uuid import UUID

from community.moderation.reports import service
from community.moderation.reports.service import Complaint
from community.posts import writing
from community.posts.writing import Asked
from domain.members import Role
from domain.moderation.reports import MOST_A_DAY
from domain.moderation.subjects import ReportReason, SubjectKind
from domain.posts.visibility import Reader
from domain.posts.writing import Parts, Writing
from infra.ids import Kind, encode_id, new_id
from tests.support.refusals.scene import Input, Scene, case
from tests.support.shop import SHANGHAI


async def _post(scene: Scene, *, reviews: int = 0) -> UUID:
    asked = Asked(
        await scene.club.member("C-2"), Writing("好", ()), Parts(), draft=False, key=str(new_id())
    )
    return await writing.create(scene.club.platform, asked, new_author_reviews=reviews)


def _about(kind: Kind, key: UUID) -> Input:
    return {"subjectId": encode_id(kind, key), "reason": "SPAM"}


@case("report.own", "NOT_ALLOWED", "report", "C-2")
async def ones_own_post(scene: Scene) -> Input:
    return _about(Kind.POST, await _post(scene))


@case("report.not_published", "NOT_ALLOWED", "report", "C-1", Role.MODERATOR)
async def what_waits_for_its_review(scene: Scene) -> Input:
    return _about(Kind.POST, await _post(scene, reviews=1))


@case("report.too_many", "LIMIT_REACHED", "report", "C-1")
async def the_thirty_first_of_a_day(scene: Scene) -> Input:
    member = await scene.club.member("C-1")
    for _ in range(MOST_A_DAY):
        post = await _post(scene)
        complaint = Complaint(Reader(member), member, SubjectKind.POST, post, ReportReason.SPAM)
        await service.report(scene.club.platform, SHANGHAI, complaint)
    return _about(Kind.POST, await _post(scene))


@case("suspension.own", "NOT_ALLOWED", "liftSuspension", "C-1", Role.MODERATOR)
async def ones_own_suspension(scene: Scene) -> Input:
    return {"memberId": await scene.member_id()}
