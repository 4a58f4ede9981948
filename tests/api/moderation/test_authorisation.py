"""Who may read and do what of moderation: every field of it, by every role."""

from __future__ import annotations

import pytest

from domain.errors import Forbidden, Unauthenticated
from domain.members import Role
from tests.support.clients import Clients
from tests.support.moderators import Moderators

STAFF = {Role.MODERATOR, Role.ADMIN}
ERRORS = "userErrors { code }"
FIELDS: dict[str, tuple[set[Role], str]] = {
    "reviewQueue": (STAFF, "{ reviewQueue { totalCount } }"),
    "moderationStats": (STAFF, "{ moderationStats { open } }"),
    "policies": (STAFF, "{ policies { key } }"),
    "claimReviews": (STAFF, "mutation { claimReviews(input: {}) { %s } }"),
    "releaseReview": (STAFF, 'mutation { releaseReview(input: {reviewId: "x"}) { %s } }'),
    "decideReview": (
        STAFF,
        'mutation { decideReview(input: {reviewId: "x", action: APPROVE}) { %s } }',
    ),
    "decideReviews": (
        STAFF,
        "mutation { decideReviews(input: {reviewIds: [], action: APPROVE}) { %s } }",
    ),
    "undoDecision": (STAFF, 'mutation { undoDecision(input: {decisionId: "x"}) { %s } }'),
    "undoDecisions": (STAFF, "mutation { undoDecisions(input: {decisionIds: []}) { %s } }"),
    "savePolicy": (
        {Role.ADMIN},
        'mutation { savePolicy(input: {key: "k", name: "n", text: "t"}) { %s } }',
    ),
    "wordLists": ({Role.ADMIN}, "{ wordLists { key } }"),
    "saveWordList": (
        {Role.ADMIN},
        'mutation { saveWordList(input: {key: "k", words: [], action: HOLD}) { %s } }',
    ),
    "rehearseWordList": (
        {Role.ADMIN},
        '{ rehearseWordList(input: {key: "k", words: ["w"], action: HOLD}) { held } }',
    ),
    "intake": ({Role.ADMIN}, "{ intake { sampleShare } }"),
    "saveIntake": ({Role.ADMIN}, "mutation { saveIntake(input: {}) { %s } }"),
    "rehearseIntake": ({Role.ADMIN}, "{ rehearseIntake(input: {}) { sampleShare { held } } }"),
    "liftSuspension": (STAFF, 'mutation { liftSuspension(input: {memberId: "x"}) { %s } }'),
    "report": (
        set(Role),
        'mutation { report(input: {subjectId: "x", reason: SPAM}) { %s } }',
    ),
    "appeal": (set(Role), 'mutation { appeal(input: {decisionId: "x", text: "t"}) { %s } }'),
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("field", FIELDS)
async def test_a_field_is_for_its_roles(clients: Clients, field: str, role: Role) -> None:
    roles, query = FIELDS[field][0], FIELDS[field][1].replace("%s", ERRORS)
    if role in roles:
        assert field in await clients.ask(query, "C-2", role)
    else:
        assert await clients.raised(query, "C-2", role) == [Forbidden]


@pytest.mark.parametrize("field", FIELDS)
async def test_no_field_is_for_visitors(clients: Clients, field: str) -> None:
    assert await clients.raised(FIELDS[field][1].replace("%s", ERRORS), None) == [Unauthenticated]


@pytest.mark.parametrize("role", list(Role))
async def test_nodes_are_for_staff_and_whom_they_are_about(
    clients: Clients, office: Moderators, role: Role
) -> None:
    post = await office.write()
    await office.settle_item(post, "REJECT", policy="spam")
    ids = await _ids(clients)
    seen = await clients.ask(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "C-2", role, ids=ids
    )
    expected = ids if role in STAFF else [None] * len(ids)
    assert [one and one["id"] for one in seen["nodes"]] == expected
    own = await clients.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "C-1", ids=ids)
    assert [one and one["id"] for one in own["nodes"]] == [None, ids[1], None]


async def _ids(clients: Clients) -> list[str]:
    """Of the item, the decision, and the policy."""
    answer = await clients.ask(
        "{ reviewQueue(state: DECIDED) { nodes { id decision { id } } } policies { id } }",
        "A-1",
        Role.ADMIN,
    )
    [item] = answer["reviewQueue"]["nodes"]
    return [item["id"], item["decision"]["id"], answer["policies"][0]["id"]]
