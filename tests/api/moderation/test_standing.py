"""What members and staff are shown of reports, strikes, suspensions and trust."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from community.moderation.decisions import telling
from domain.members import Role
from domain.moderation.subjects import SubjectKind
from infra.i18n import Locale
from infra.ids import Kind, encode_id
from tests.support.clients import Clients
from tests.support.moderators import Moderators

REPORT = (
    "mutation ($id: ID!, $reason: ReportReason = SPAM, $note: String) {"
    " report(input: {subjectId: $id, reason: $reason, note: $note}) {"
    " report { id reason note outcome weight reporter { handle } } userErrors { code field } } }"
)
NODE = "query ($id: ID!) { node(id: $id) { ... on Report { outcome weight } } }"
LIFT = (
    "mutation ($id: ID!) { liftSuspension(input: {memberId: $id}) {"
    " member { suspension { until reason } } userErrors { code field } } }"
)
MEMBER = (
    "query ($id: ID!) { node(id: $id) { ... on Member {"
    " suspension { until reason } strikes { givenAt endsAt decision { action } }"
    " standing { trust approved strikes step reportAccuracy decidedAgainst } } } }"
)


async def reported(clients: Clients, id_: str, who: str = "C-2", **more: Any) -> Any:  # noqa: ANN401
    return (await clients.ask(REPORT, who, id=id_, **more))["report"]


async def published(office: Moderators) -> str:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    return encode_id(Kind.POST, post)


async def member_id(office: Moderators, who: str = "C-1") -> str:
    return encode_id(Kind.MEMBER, await office.member(who))


async def test_a_member_reports_and_reads_how_it_ended(
    clients: Clients, office: Moderators
) -> None:
    made = await reported(clients, await published(office), note="广告")
    assert made["userErrors"] == []
    assert (made["report"]["note"], made["report"]["outcome"]) == ("广告", None)
    assert made["report"]["weight"] is None
    item = (await office.claim())[0]
    await office.judge(item, "REMOVE", policy="spam")
    await office.let_pass(seconds=10)
    await telling.tell_next(office.platform)
    id_ = made["report"]["id"]
    assert (await clients.ask(NODE, "C-2", id=id_))["node"]["outcome"] == "UPHELD"
    seen = (await clients.ask(NODE, "M-2", Role.MODERATOR, id=id_))["node"]
    assert seen == {"outcome": "UPHELD", "weight": 1.0}
    assert (await clients.ask(NODE, "C-1", id=id_))["node"] is None


async def test_a_moderator_reads_who_reported_and_how_many(
    clients: Clients, office: Moderators
) -> None:
    await reported(clients, await published(office))
    answer = await clients.ask(
        "{ reviewQueue { nodes { origin reports { reason reporter { handle } }"
        " signals { key label detail } } } }",
        "M-1",
        Role.MODERATOR,
        locale=Locale.ZH_CN,
    )
    [item] = answer["reviewQueue"]["nodes"]
    assert (item["origin"], len(item["reports"])) == ("REPORT", 1)
    signal = next(one for one in item["signals"] if one["key"] == "reports")
    assert (signal["label"], signal["detail"]) == ("会员举报", "1 人举报")


@pytest.mark.parametrize("id_", ["x", encode_id(Kind.TEAM, UUID(int=3))])
async def test_what_cannot_be_reported_is_not_found(clients: Clients, id_: str) -> None:
    expected = [{"code": "NOT_FOUND", "field": ["subjectId"]}]
    assert (await reported(clients, id_))["userErrors"] == expected


async def test_a_suspension_is_for_the_member_and_staff(
    clients: Clients, office: Moderators
) -> None:
    await office.put(await office.member("C-1"), kind=SubjectKind.MEMBER)
    [item] = await office.claim()
    await office.judge(item, "SUSPEND", policy="spam", suspend_days=3)
    id_ = await member_id(office)
    own = (await clients.ask(MEMBER, "C-1", id=id_))["node"]
    assert own["suspension"]["reason"] == "spam"
    assert own["standing"] is None
    other = (await clients.ask(MEMBER, "C-2", id=id_))["node"]
    assert other == {"suspension": None, "strikes": None, "standing": None}
    staff = (await clients.ask(MEMBER, "M-2", Role.MODERATOR, id=id_))["node"]
    assert staff["suspension"] == own["suspension"]
    lifted = (await clients.ask(LIFT, "M-1", Role.MODERATOR, id=id_))["liftSuspension"]
    assert lifted == {"member": {"suspension": None}, "userErrors": []}


async def test_nobody_lifts_their_own(clients: Clients, office: Moderators) -> None:
    refused = await clients.ask(LIFT, "M-1", Role.MODERATOR, id=await member_id(office, "M-1"))
    assert refused["liftSuspension"]["userErrors"] == [
        {"code": "NOT_ALLOWED", "field": ["memberId"]}
    ]


async def test_strikes_lead_up_the_ladder(clients: Clients, office: Moderators) -> None:
    for _ in range(3):
        await office.settle_item(await office.write(), "WARN", policy="spam")
    id_ = await member_id(office)
    own = (await clients.ask(MEMBER, "C-1", id=id_))["node"]
    assert [one["decision"]["action"] for one in own["strikes"]] == ["WARN"] * 3
    staff = (await clients.ask(MEMBER, "A-1", Role.ADMIN, id=id_))["node"]
    assert staff["standing"] == {
        "trust": "WATCHED",
        "approved": 0,
        "strikes": 3,
        "step": "SUSPEND_7_DAYS",
        "reportAccuracy": 0.5,
        "decidedAgainst": 3,
    }
