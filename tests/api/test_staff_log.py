# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
"""Whatever staff changes through the API is in the log of what they did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import (
    GraphQLSchema,
    build_ast_schema,
    get_named_type,
    parse,
)

from api.execution.engine import Engine
from api.payloads import Refusals
from api.schema import build_schema
from api.staff_acts import KEEP_THEIR_OWN
from domain.members import Role
from gamification.programme.current import Programmes
from infra.ids import Kind, encode_id
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.dying import everything
from tests.support.least import least
from tests.support.moderators import Moderators

ERRORS = "userErrors { code message }"
RULE = (
    'mutation { saveEarnRule(input: {key: "k", name: "n", state: LIVE, trigger: "store.visited",'
    f' points: "5"}}) {{ {ERRORS} }} }}'
)
STAFF_MAY = {
    "saveEarnRule": RULE,
    "saveProgramme": f'mutation {{ saveProgramme(input: {{name: "新店"}}) {{ {ERRORS} }} }}',
    "saveProducts": 'mutation { saveProducts(input: {products: [{sku: "s", name: "n"}]})'
    f" {{ {ERRORS} }} }}",
    "savePolicy": 'mutation { savePolicy(input: {key: "k", name: "n", text: "t"})'
    f" {{ {ERRORS} }} }}",
    "adjustPoints": 'mutation ($member: ID!) { adjustPoints(input: {idempotencyKey: "a-key-1",'
    f' memberId: $member, amount: 5, reason: "好意"}}) {{ {ERRORS} }} }}',
    "featurePost": "mutation ($post: ID!) { featurePost(input: {postId: $post, featured: true})"
    f" {{ {ERRORS} }} }}",
}
ACTIONS = {
    "saveEarnRule": "SAVE_EARN_RULE",
    "saveProgramme": "SAVE_PROGRAMME",
    "saveProducts": "SAVE_PRODUCTS",
    "savePolicy": "SAVE_POLICY",
    "adjustPoints": "ADJUST_POINTS",
    "featurePost": "FEATURE_POST",
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> Moderators:
    made = Moderators(platform, programmes)
    await made.open()
    return made


@pytest.fixture
def clients(office: Moderators, engine: Engine) -> Clients:
    return Clients(office, engine)


async def lines(office: Moderators) -> list[tuple[UUID, str, Any, Any]]:
    rows = await office.platform.database.fetch(
        "SELECT actor_id, action, before, after FROM staff_action ORDER BY done_at, id"
    )
    return [(r[0], r[1], orjson.loads(r[2]), orjson.loads(r[3])) for r in rows]


async def ask(clients: Clients, office: Moderators, field: str, who: str, role: Role) -> Any:  # noqa: ANN401
    known = {"member": (Kind.MEMBER, await office.member("C-1"))}
    if field == "featurePost":
        known = {"post": (Kind.POST, await office.write())}
    variables: dict[str, Any] = {
        name: encode_id(*one) for name, one in known.items() if f"${name}" in STAFF_MAY[field]
    }
    return (await clients.ask(STAFF_MAY[field], who, role, **variables))[field]


def test_every_mutation_is_written_down_where_staff_does_it() -> None:
    schema = build_schema()
    mutation = schema.get_type_by_name("Mutation")
    assert mutation is not None
    plain = [
        one.name
        for one in getattr(mutation, "fields", ())
        if not any(isinstance(part, Refusals) for part in one.extensions)
    ]
    assert plain == [], "made by something else than `mutation`"


@pytest.mark.parametrize("field", STAFF_MAY)
async def test_what_an_admin_changes_is_in_the_log(
    clients: Clients, office: Moderators, field: str
) -> None:
    done = await ask(clients, office, field, "A-1", Role.ADMIN)
    assert done["userErrors"] == []
    [(actor, action, _, after)] = await lines(office)
    assert (actor, action) == (await office.member("A-1"), ACTIONS[field])
    assert after != {}


async def test_featuring_says_what_was_before(clients: Clients, office: Moderators) -> None:
    await ask(clients, office, "featurePost", "M-1", Role.MODERATOR)
    [(_, _, before, after)] = await lines(office)
    assert (before, after) == ({"featured": False}, {"featured": True})


async def test_what_changes_nothing_or_is_refused_leaves_no_line(
    clients: Clients, office: Moderators
) -> None:
    refused = RULE.replace('"5"', '"5 +"')
    answer = await clients.ask(refused, "A-1", Role.ADMIN)
    assert answer["saveEarnRule"]["userErrors"] != []
    assert await lines(office) == []


async def test_what_systems_of_the_shop_and_members_do_is_no_act_of_staff(
    clients: Clients, office: Moderators
) -> None:
    await ask(clients, office, "saveProducts", "C-2", Role.SERVICE)
    like = "mutation ($id: ID!) { likePost(input: {postId: $id}) { userErrors { code } } }"
    await clients.ask(like, "A-1", Role.ADMIN, id=encode_id(Kind.POST, await office.write()))
    assert await lines(office) == []


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_ast_schema(parse(build_schema().as_str()))


async def test_no_mutation_for_staff_that_succeeds_is_missing(
    clients: Clients, office: Moderators, schema: GraphQLSchema
) -> None:
    """Each mutation with the least that may be said: what does something leaves a line."""
    assert schema.mutation_type is not None
    done, silent = list[str](), list[str]()
    for name, field in schema.mutation_type.fields.items():
        asked = field.args.get("input")
        if asked is None or name in KEEP_THEIR_OWN:
            continue
        query = f"mutation ($input: {asked.type}) {{ {name}(input: $input) {{ {ERRORS} }} }}"
        wanted = least(get_named_type(asked.type))  # type: ignore[arg-type]
        raised = await clients.raised(query, "C-1", input=wanted)
        if [one.__name__ for one in raised] != ["Forbidden"]:
            continue
        before, changed = await lines(office), await state(office)
        answer = await clients.ask(query, "A-1", Role.ADMIN, input=wanted)
        if answer[name]["userErrors"] == [] and await state(office) != changed:
            done.append(name)
            if len(await lines(office)) == len(before):
                silent.append(name)
    assert silent == []
    assert {"saveEarnRule", "saveLeaderboard", "saveMembershipPlan"} <= set(done)


async def state(office: Moderators) -> dict[str, str]:
    """What is in each table but the log itself, and the keys of what was asked for."""
    found = await everything(office.platform.database)
    return {name: found[name] for name in found if name not in {"staff_action", "idempotency_key"}}
