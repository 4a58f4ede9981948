# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Every root field that is not for everybody is for the roles that stand here, and for no other.

What refuses a member without a role has a row: a new field that does and has none fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphql import GraphQLField, build_ast_schema, parse

from api.execution.engine import Engine
from api.schema import build_schema
from domain.members import Role
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.least import query_of
from tests.support.moderators import Moderators

OFFICE: Final = {Role.MODERATOR, Role.ADMIN}
SHOP: Final = {Role.SERVICE, Role.ADMIN}
ALONE: Final = {Role.ADMIN}
ROWS: Final[dict[str, set[Role]]] = {
    "customer": OFFICE | SHOP,
    "earnRules": ALONE,
    "couponTemplates": SHOP,
    "redemptions": SHOP,
    "reviewQueue": OFFICE,
    "policies": OFFICE,
    "heldReferrals": OFFICE,
    "referralStats": OFFICE,
    "wordLists": ALONE,
    "intake": ALONE,
    "rehearseWordList": ALONE,
    "rehearseIntake": ALONE,
    "moderationStats": OFFICE,
    "dealOrders": SHOP,
    "linkCustomer": SHOP,
    "ingestActivities": SHOP,
    "adjustPoints": SHOP,
    "holdPoints": SHOP,
    "capturePointsHold": SHOP,
    "releasePointsHold": SHOP,
    "saveEarnRule": ALONE,
    "saveProgramme": ALONE,
    "saveTierRules": ALONE,
    "saveBadge": ALONE,
    "saveCouponTemplate": ALONE,
    "issueCoupons": SHOP,
    "releaseCoupon": SHOP,
    "voidCoupon": SHOP,
    "saveReward": ALONE,
    "fulfilRedemption": SHOP,
    "renewMembership": SHOP,
    "failMembershipPayment": SHOP,
    "saveMembershipPlan": ALONE,
    "saveLeaderboard": ALONE,
    "saveProducts": SHOP,
    "claimReviews": OFFICE,
    "releaseReview": OFFICE,
    "decideReview": OFFICE,
    "decideReviews": OFFICE,
    "undoDecision": OFFICE,
    "undoDecisions": OFFICE,
    "liftSuspension": OFFICE,
    "savePolicy": ALONE,
    "saveDealOffer": ALONE,
    "recordDealOrders": SHOP,
    "saveReferralRules": ALONE,
    "decideReferral": ALONE,
    "noteReferralTraits": SHOP,
    "saveWordList": ALONE,
    "saveIntake": ALONE,
    "featurePost": OFFICE,
}
SCHEMA: Final = build_ast_schema(parse(build_schema().as_str()))


def fields() -> Iterator[tuple[str, str, GraphQLField]]:
    """Root fields with what they are asked by."""
    for kind, type_ in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        for name, field in (type_.fields if type_ else {}).items():
            yield kind, name, field


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def clients(platform: Platform, programmes: Programmes, engine: Engine) -> Clients:
    office = Moderators(platform, programmes)
    await office.open()
    return Clients(office, engine)


async def refused(clients: Clients, name: str, role: Role) -> bool:
    """Whether the field is not for this role."""
    [(kind, field)] = [(kind, one) for kind, known, one in fields() if known == name]
    query, variables = query_of(kind, name, field)
    raised: list[Any] = await clients.raised(query, "C-2", role, **variables)
    return "Forbidden" in [one.__name__ for one in raised]


async def test_whatever_refuses_a_member_has_a_row(clients: Clients) -> None:
    found = {name for _, name, _ in fields() if await refused(clients, name, Role.SHOPPER)}
    assert found == set(ROWS)


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.SHOPPER])
async def test_a_field_is_for_its_roles(clients: Clients, role: Role) -> None:
    found = {name for name in ROWS if not await refused(clients, name, role)}
    assert found == {name for name, roles in ROWS.items() if role in roles}


async def test_none_of_them_is_for_visitors(clients: Clients) -> None:
    for kind, name, field in fields():
        if name in ROWS:
            query, variables = query_of(kind, name, field)
            raised = await clients.raised(query, None, **variables)
            assert [one.__name__ for one in raised] == ["Unauthenticated"], name
