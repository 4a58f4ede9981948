"""Taking part in challenges, as an app does it."""

from __future__ import annotations

from typing import Any

from domain.ledger import MOST_POINTS
from domain.members import Role
from infra.i18n import Locale
from tests.api.challenges.conftest import SAVE, saved, spring
from tests.support.arena import Arena
from tests.support.clients import Clients

JOIN = """mutation($id: ID!) { joinChallenge(input: {challengeId: $id}) {
  participation { id state ratio progress { goal { key target } value done } }
  userErrors { code field message } } }"""
LEAVE = """mutation($id: ID!) { leaveChallenge(input: {challengeId: $id}) {
  participation { state } userErrors { code } } }"""
SEEN = """query($key: String!) { challenge(key: $key) {
  state participantCount completedCount capacity reward { points description coupon { key } }
  viewerParticipation { state ratio completedAt progress { value done } member { handle } }
  viewerIneligibility { code message } } }"""
CREATE = """mutation($id: ID!) { createTeam(input: {challengeId: $id, name: "红队"}) {
  participation { team { id name inviteCode captain { id } members { id } progress { value } } }
  userErrors { code } } }"""
ENTER = """mutation($code: String!) { joinTeam(input: {inviteCode: $code}) {
  participation { state team { members { id } } } userErrors { code field } } }"""


async def code_of(clients: Clients, query: str, who: str, **variables: Any) -> Any:  # noqa: ANN401
    """The codes of the refusals."""
    [answer] = (await clients.ask(query, who, **variables)).values()
    return [one["code"] for one in answer["userErrors"]]


async def test_joining_and_reaching_the_goals_pays(shop: Arena, clients: Clients) -> None:
    challenge, _ = await saved(clients, shop), await shop.join("C-1")
    joined = (await clients.ask(JOIN, "C-1", id=challenge))["joinChallenge"]["participation"]
    assert (joined["state"], joined["progress"][0]["value"]) == ("JOINED", 0)
    await shop.look_at_the_clock()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    seen = (await clients.ask(SEEN, "C-1", key="spring"))["challenge"]
    assert seen["viewerParticipation"]["state"] == "COMPLETED"
    assert seen["viewerParticipation"]["progress"] == [{"value": 2, "done": True}]
    assert (seen["participantCount"], seen["completedCount"]) == (1, 1)
    assert await shop.available() == 50


async def test_every_refusal_is_told_beforehand(shop: Arena, clients: Clients) -> None:
    first = await saved(clients, shop, capacity=1)
    await saved(clients, shop, key="gold", condition="member.orderCount > 3")
    await shop.join("C-1", "C-2")
    assert await code_of(clients, JOIN, "C-1", id=first) == []
    expected = {"C-1": ("spring", "ALREADY_DONE"), "C-2": ("spring", "LIMIT_REACHED")}
    for who, (key, code) in expected.items():
        seen = (await clients.ask(SEEN, who, key=key))["challenge"]
        assert seen["viewerIneligibility"]["code"] == code
        assert await code_of(clients, JOIN, who, id=first) == [code]
    seen = (await clients.ask(SEEN, "C-1", locale=Locale.ZH_CN, key="gold"))["challenge"]
    assert seen["viewerIneligibility"] == {
        "code": "NOT_ELIGIBLE",
        "message": "您还不符合参加条件。",
    }


async def test_whoever_has_left_can_come_back(shop: Arena, clients: Clients) -> None:
    challenge, _ = await saved(clients, shop, capacity=1), await shop.join("C-1")
    await clients.ask(JOIN, "C-1", id=challenge)
    left = await clients.ask(LEAVE, "C-1", id=challenge)
    again = await clients.ask(LEAVE, "C-1", id=challenge)
    assert left["leaveChallenge"]["participation"]["state"] == "LEFT"
    assert again == left
    assert await code_of(clients, JOIN, "C-1", id=challenge) == []


async def test_a_team_is_joined_by_its_code(shop: Arena, clients: Clients) -> None:
    challenge = await saved(clients, shop, mode="TEAM", teamSize=2)
    await shop.join("C-1", "C-2", "C-3")
    assert await code_of(clients, JOIN, "C-1", id=challenge) == ["NOT_ALLOWED"]
    made = (await clients.ask(CREATE, "C-1", id=challenge))["createTeam"]["participation"]["team"]
    assert await code_of(clients, ENTER, "C-2", code=made["inviteCode"].lower()) == []
    assert await code_of(clients, ENTER, "C-3", code=made["inviteCode"]) == ["LIMIT_REACHED"]
    assert await code_of(clients, ENTER, "C-3", code="0000-0000") == ["NOT_FOUND"]


async def test_a_team_is_for_those_in_it(shop: Arena, clients: Clients) -> None:
    challenge = await saved(clients, shop, mode="TEAM", teamSize=2)
    await shop.join("C-1", "C-2")
    team = (await clients.ask(CREATE, "C-1", id=challenge))["createTeam"]["participation"]["team"]
    node = "query($id: ID!) { node(id: $id) { ... on Team { name inviteCode } } }"
    assert (await clients.ask(node, "C-2", id=team["id"]))["node"] is None
    assert (await clients.ask(node, "C-1", id=team["id"]))["node"]["name"] == "红队"


async def test_a_member_sees_their_own_participations(shop: Arena, clients: Clients) -> None:
    challenge, [member] = await saved(clients, shop), await shop.join("C-1")
    await clients.ask(JOIN, "C-1", id=challenge)
    query = """query { me { challenges { totalCount nodes { state challenge { key } } }
      left: challenges(state: LEFT) { totalCount } } }"""
    seen = (await clients.ask(query, "C-1"))["me"]
    assert seen["challenges"]["nodes"] == [{"state": "JOINED", "challenge": {"key": "spring"}}]
    assert (seen["challenges"]["totalCount"], seen["left"]["totalCount"]) == (1, 0)
    assert member


async def test_challenges_are_listed_by_state(shop: Arena, clients: Clients) -> None:
    await saved(clients, shop)
    later = shop.now.replace(year=shop.now.year + 1, month=1, day=1).isoformat()
    await saved(clients, shop, key="later", startsAt=later)
    query = """query { all: challenges(first: 1) { nodes { key } totalCount
      pageInfo { hasNextPage } }
      running: challenges(state: RUNNING) { nodes { key } totalCount } }"""
    seen = await clients.ask(query)
    assert [one["key"] for one in seen["all"]["nodes"]] == ["later"]
    assert (seen["all"]["totalCount"], seen["all"]["pageInfo"]["hasNextPage"]) == (2, True)
    assert [one["key"] for one in seen["running"]["nodes"]] == ["spring"]


async def test_what_has_started_is_not_rewritten(shop: Arena, clients: Clients) -> None:
    await saved(clients, shop)
    changed = spring(shop, reward={"points": 500})
    answer = (await clients.ask(SAVE, None, Role.ADMIN, input=changed))["saveChallenge"]
    assert [(one["code"], one["field"]) for one in answer["userErrors"]] == [
        ("CONFLICT", ["reward"])
    ]
    longer = spring(shop, name="春季挑战", capacity=10)
    answer = (await clients.ask(SAVE, None, Role.ADMIN, input=longer))["saveChallenge"]
    assert answer["userErrors"] == []


async def test_an_expression_is_refused_with_its_place(shop: Arena, clients: Clients) -> None:
    wrong = spring(shop, condition="activity.type == 'x'")
    answer = (await clients.ask(SAVE, None, Role.ADMIN, input=wrong))["saveChallenge"]
    assert [(one["code"], one["field"]) for one in answer["userErrors"]] == [
        ("INVALID", ["condition"])
    ]


async def test_admins_alone_are_told_of_points_that_found_no_room(
    shop: Arena, clients: Clients
) -> None:
    challenge = await saved(clients, shop, revocable=True)
    await shop.join("C-1")
    await shop.adjust(MOST_POINTS)
    await clients.ask(JOIN, "C-1", id=challenge)
    await shop.look_at_the_clock()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    asked = '{ challenge(key: "spring") { revocable completedCount unpaidCount } }'
    seen = {"revocable": True, "completedCount": 1}
    assert (await clients.ask(asked, "C-1"))["challenge"] == seen | {"unpaidCount": None}
    answer = await clients.ask(asked, None, Role.ADMIN)
    assert answer["challenge"] == seen | {"unpaidCount": 1}
