"""What a suspended member may still do: every mutation says so, and is asked.

Reading, appealing, taking back what they said, and all that they earned stay theirs; whatever
others would see of them does not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLWrappingType,
    build_schema,
    get_named_type,
)

from api.execution.engine import Engine
from api.schema import build_schema as our_schema
from domain.deals.offers import DealKind
from domain.members import Role
from gamification.programme.current import Programmes
from infra.ids import Kind, encode_id, new_id
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.market import BARGAIN, GROUP, Market
from tests.support.moderators import Moderators

Prepare: TypeAlias = Callable[[Moderators], Awaitable[dict[str, Any]]]

OPEN: Final = {
    "updateProfile": "language and birthday; what others read of it is tried below",
    "joinChallenge": "", "leaveChallenge": "", "joinTeam": "", "redeemReward": "",
    "cancelRedemption": "", "startMembership": "", "cancelMembership": "", "checkIn": "",
    "setLeaderboardVisibility": "", "markNotificationsRead": "",
    "deletePost": "", "deleteComment": "", "unfollowMember": "", "blockMember": "",
    "unblockMember": "", "unlikePost": "", "unlikeComment": "", "appeal": "",
}  # fmt: skip
"""What a suspended member may do."""

ELSEWHERE: Final = {
    "requestSignInCode": "before anybody is known", "signIn": "before anybody is known",
    "refreshSession": "before anybody is known", "signOut": "always",
    "createImageUpload": "refused: tests/community/media",
    "completeImageUpload": "refused: tests/community/media",
    "leaveGroupBuy": "a suspension leaves by itself: tests/community/deals",
    "claimReferral": "is paid when the suspension is over: tests/community/referrals",
}  # fmt: skip

OF_STAFF: Final = {
    "linkCustomer", "ingestActivities", "adjustPoints", "holdPoints", "capturePointsHold",
    "releasePointsHold", "saveEarnRule", "saveProgramme", "saveTier", "saveTierRules",
    "saveBadge", "saveChallenge", "saveCouponTemplate", "issueCoupons", "useCoupon",
    "releaseCoupon", "voidCoupon", "saveReward", "fulfilRedemption", "renewMembership",
    "failMembershipPayment", "saveMembershipPlan", "saveLeaderboard", "saveProducts",
    "repairStreak",
    "featurePost", "claimReviews", "releaseReview", "decideReview", "decideReviews",
    "undoDecision", "undoDecisions", "liftSuspension", "savePolicy", "saveWordList",
    "saveIntake", "saveDealOffer", "recordDealOrders", "saveReferralRules", "decideReferral",
    "noteReferralTraits",
}  # fmt: skip
"""For staff and service accounts; members are FORBIDDEN whatever they do."""

CLOSED: Final[dict[str, Prepare]] = {}


def refused(prepare: Prepare) -> Prepare:
    """Adds a mutation, by the name of what prepares it, that a suspended member is refused."""
    words = prepare.__name__.split("_")
    CLOSED[words[0] + "".join(word.title() for word in words[1:])] = prepare
    return prepare


async def _theirs(office: Moderators) -> str:
    return encode_id(Kind.POST, await office.write("C-2"))


async def _comment(office: Moderators) -> str:
    added = "mutation ($id: ID!, $key: String!) { addComment(input:"
    added += ' {postId: $id, text: "好", idempotencyKey: $key}) { comment { id } } }'
    clients = Clients(office, Engine(our_schema()))
    made = await clients.ask(added, "C-2", id=await _theirs(office), key=str(new_id()))
    return str(made["addComment"]["comment"]["id"])


@refused
async def create_post(_: Moderators) -> dict[str, Any]:
    return {"text": "好", "idempotencyKey": str(new_id())}


@refused
async def publish_post(office: Moderators) -> dict[str, Any]:
    return {"postId": encode_id(Kind.POST, await office.write(draft=True))}


@refused
async def update_post(office: Moderators) -> dict[str, Any]:
    return {"postId": encode_id(Kind.POST, await office.write()), "text": "更好"}


@refused
async def add_comment(office: Moderators) -> dict[str, Any]:
    return {"postId": await _theirs(office), "text": "好", "idempotencyKey": str(new_id())}


@refused
async def like_post(office: Moderators) -> dict[str, Any]:
    return {"postId": await _theirs(office)}


@refused
async def like_comment(office: Moderators) -> dict[str, Any]:
    return {"commentId": await _comment(office)}


@refused
async def share_post(office: Moderators) -> dict[str, Any]:
    return {"postId": await _theirs(office)}


@refused
async def follow_member(office: Moderators) -> dict[str, Any]:
    return {"memberId": encode_id(Kind.MEMBER, await office.member("C-2"))}


@refused
async def report(office: Moderators) -> dict[str, Any]:
    return {"subjectId": await _theirs(office), "reason": "SPAM"}


@refused
async def create_team(office: Moderators) -> dict[str, Any]:
    goal = {"key": "g", "name": "g", "target": 1, "metric": _METRIC}
    now = await office.platform.clock.now()
    asked = {
        "key": "teams", "name": "t", "description": "d", "mode": "TEAM", "goals": [goal],
        "reward": {"points": 1}, "teamSize": 3, "startsAt": now.isoformat(),
        "endsAt": now.replace(year=now.year + 1).isoformat(),
    }  # fmt: skip
    saved = "mutation ($input: ChallengeInput!) { saveChallenge(input: $input)"
    saved += " { challenge { id } userErrors { message } } }"
    clients = Clients(office, Engine(our_schema()))
    made = (await clients.ask(saved, "A-1", Role.ADMIN, input=asked))["saveChallenge"]
    return {"challengeId": made["challenge"]["id"], "name": "我们"}


async def _deals(office: Moderators, kind: DealKind) -> Market:
    market = Market(office.platform, office.programmes)
    await market.price("10.00")
    await market.offer(kind, hours=24 * 7)
    return market


@refused
async def start_group_buy(office: Moderators) -> dict[str, Any]:
    market = await _deals(office, GROUP)
    return {"productId": encode_id(Kind.PRODUCT, await market.product())}


@refused
async def start_bargain(office: Moderators) -> dict[str, Any]:
    market = await _deals(office, BARGAIN)
    return {"productId": encode_id(Kind.PRODUCT, await market.product())}


@refused
async def join_group_buy(office: Moderators) -> dict[str, Any]:
    market = await _deals(office, GROUP)
    return {"dealId": encode_id(Kind.GROUP_BUY, await market.start("C-2", GROUP))}


@refused
async def help_bargain(office: Moderators) -> dict[str, Any]:
    market = await _deals(office, BARGAIN)
    return {"dealId": encode_id(Kind.BARGAIN, await market.start("C-2", BARGAIN))}


_METRIC: Final = {"trigger": ["order.paid"], "measure": "COUNT"}


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(our_schema())


@pytest.fixture(scope="session")
def schema() -> GraphQLSchema:
    return build_schema((Path(__file__).parents[2] / "schema.graphql").read_text("utf-8"))


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Moderators]:
    made = Moderators(platform, programmes)
    await made.open()
    yield made
    await made.settle()


def mutation(schema: GraphQLSchema, verb: str) -> str:
    assert schema.mutation_type is not None
    arguments = schema.mutation_type.fields[verb].args
    if "input" not in arguments:
        return f"mutation {{ {verb} {{ userErrors {{ code }} }} }}"
    named = arguments["input"].type
    return f"mutation ($input: {named}) {{ {verb}(input: $input) {{ userErrors {{ code }} }} }}"


def some(type_: GraphQLInputType) -> Any:  # noqa: ANN401 - JSON
    """Something of an input type, with as little in it as may be."""
    if isinstance(type_, GraphQLNonNull):
        return some(type_.of_type)
    if isinstance(type_, GraphQLList):
        return []
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        needed = type_.fields.items()
        return {
            name: some(one.type) for name, one in needed if isinstance(one.type, GraphQLNonNull)
        }
    assert not isinstance(type_, GraphQLWrappingType)
    return {"Boolean": False, "Int": 1, "Long": 1}.get(get_named_type(type_).name, "x")


def test_every_mutation_says_whether_a_suspended_member_may(schema: GraphQLSchema) -> None:
    assert schema.mutation_type is not None
    said = OPEN.keys() | ELSEWHERE.keys() | OF_STAFF | CLOSED.keys()
    assert set(schema.mutation_type.fields) - said == set()


@pytest.mark.parametrize("verb", sorted(CLOSED))
async def test_what_others_would_see_is_refused(
    office: Moderators, engine: Engine, schema: GraphQLSchema, verb: str
) -> None:
    given = await CLOSED[verb](office)
    await office.suspend("C-1", days=3)
    clients, query = Clients(office, engine), mutation(schema, verb)
    answer = await clients.ask(query, "C-1", input=given)
    assert answer[verb]["userErrors"] == [{"code": "SUSPENDED"}]
    await office.let_pass(days=4)
    assert (await clients.ask(query, "C-1", input=given))[verb]["userErrors"] == []


@pytest.mark.parametrize("verb", sorted(OPEN))
async def test_everything_else_is_not(
    office: Moderators, engine: Engine, schema: GraphQLSchema, verb: str
) -> None:
    await office.suspend("C-1")
    assert schema.mutation_type is not None
    arguments = schema.mutation_type.fields[verb].args
    given = {"input": some(arguments["input"].type)} if "input" in arguments else {}
    answer = await Clients(office, engine).ask(mutation(schema, verb), "C-1", **given)
    assert {"code": "SUSPENDED"} not in answer[verb]["userErrors"]


@pytest.mark.parametrize("shown", [{"displayName": "x"}, {"bio": "x"}, {"avatarImageId": None}])
async def test_what_others_read_of_a_profile_stays_as_it_is(
    office: Moderators, engine: Engine, schema: GraphQLSchema, shown: dict[str, Any]
) -> None:
    await office.suspend("C-1")
    query = mutation(schema, "updateProfile")
    answer = await Clients(office, engine).ask(query, "C-1", input={"locale": "en"} | shown)
    assert answer["updateProfile"]["userErrors"] == [{"code": "SUSPENDED"}]


async def test_their_own_is_read_as_ever(office: Moderators, engine: Engine) -> None:
    post = encode_id(Kind.POST, await office.write())
    await office.suspend("C-1")
    query = "query ($id: ID!) { post(id: $id) { text } me { points { available }"
    query += " suspension { until reason } posts { nodes { id } } } }"
    answer = await Clients(office, engine).ask(query, "C-1", id=post)
    assert answer["post"] is not None
    assert answer["me"]["suspension"] == {"until": None, "reason": "spam"}
    assert [one["id"] for one in answer["me"]["posts"]["nodes"]] == [post]
