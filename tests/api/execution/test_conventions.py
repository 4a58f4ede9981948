"""Payloads, nodes, connections and the context: what every slice builds with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

import pytest
import strawberry
from structlog.testing import capture_logs

from api.execution.context import Context
from api.execution.services import Services
from api.payloads import Payload, mutation
from domain.errors import Forbidden, Unauthenticated
from domain.members import Role, Viewer
from infra.i18n import Locale
from infra.ids import Kind, encode_id

Stage: TypeAlias = Any  # the one of conftest.py
Ask = Callable[..., Awaitable[dict[str, Any]]]
MEMBER, OTHER = UUID(int=1), UUID(int=2)
PUT = """
  mutation ($number: Long!) {
    put(input: {number: $number}) {
      thing { number } total done others { number } userErrors { code message field }
    }
  }
"""


def tier_id(number: int) -> str:
    return encode_id(Kind.TIER, UUID(int=number))


# Payloads


async def test_a_mutation_that_succeeds_has_no_user_errors(ask: Ask) -> None:
    payload = (await ask(PUT, number=3))["data"]["put"]
    assert payload == {
        "thing": {"number": 3}, "total": 3, "done": True, "others": [], "userErrors": []
    }  # fmt: skip


async def test_a_refused_mutation_says_what_to_correct_and_nothing_else(ask: Ask) -> None:
    answer = await ask(PUT, number=10)
    error = {
        "code": "INVALID", "message": "first must be between 1 and 9.", "field": ["number"]
    }  # fmt: skip
    assert answer["data"]["put"] == {
        "thing": None, "total": 0, "done": False, "others": [], "userErrors": [error]
    }  # fmt: skip
    assert "errors" not in answer


async def test_a_mutation_that_breaks_leaves_the_next_alone(ask: Ask) -> None:
    answer = await ask(
        "mutation { a: put(input: {number: -1}) { done } b: put(input: {number: 1}) { done } }"
    )
    assert answer["data"] == {"a": None, "b": {"done": True}}
    assert len(answer["errors"]) == 1


@strawberry.type
class Stubborn(Payload):
    name: str


@strawberry.type
class Hello:
    hello: str = "hello"


def test_a_payload_must_be_able_to_be_empty() -> None:
    @strawberry.type
    class Mutation:
        @mutation(description="Cannot be refused.")
        async def rename(self) -> Stubborn:
            return Stubborn(name="x")

    with pytest.raises(TypeError, match="name needs a value"):
        strawberry.Schema(query=Hello, mutation=Mutation)


def test_a_mutation_must_return_a_payload() -> None:
    @strawberry.type
    class Mutation:
        @mutation(description="Returns anything.")  # type: ignore[arg-type]
        async def rename(self) -> str:
            return "x"

    with pytest.raises(TypeError, match="does not extend Payload"):
        strawberry.Schema(query=Hello, mutation=Mutation)


def test_a_schema_can_be_built_twice(schema: strawberry.Schema) -> None:
    again = strawberry.Schema(
        query=schema.query,
        mutation=schema.mutation,
        subscription=schema.subscription,
        config=schema.config,
    )
    assert again.as_str() == schema.as_str()
    assert "put(input: PutInput!): ThingPayload\n" in schema.as_str()


# Nodes


async def test_a_node_is_found_by_its_id(ask: Ask) -> None:
    query = "query ($id: ID!) { node(id: $id) { __typename id ... on Thing { number } } }"
    node = (await ask(query, id=tier_id(3)))["data"]["node"]
    assert node == {"__typename": "Thing", "id": tier_id(3), "number": 3}


UNSEEN = ["", "x", "!!", "节点", "A" * 5_000, tier_id(9), encode_id(Kind.MEMBER, MEMBER)]


@pytest.mark.parametrize("id_", UNSEEN)
async def test_what_cannot_be_seen_is_null_like_what_does_not_exist(ask: Ask, id_: str) -> None:
    query = "query ($id: ID!) { node(id: $id) { id } }"
    answer = await ask(query, id=id_)
    assert (answer["data"], "errors" in answer) == ({"node": None}, False)


async def test_many_nodes_come_in_order_with_one_call(ask: Ask, stage: Stage) -> None:
    ids = [tier_id(2), "x", tier_id(1), tier_id(2), tier_id(9)]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Thing { number } } }"
    answer = await ask(query, ids=ids)
    assert answer["data"]["nodes"] == [{"number": 2}, None, {"number": 1}, {"number": 2}, None]
    assert stage.asked == [[2, 1, 9]]


async def test_a_loader_that_fails_is_told_at_each_of_its_nodes(ask: Ask) -> None:
    query = "query ($ids: [ID!]!) { hello nodes(ids: $ids) { id } }"
    answer = await ask(query, ids=["x", tier_id(66)])
    assert answer["data"] == {"hello": "你好", "nodes": [None, None]}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["nodes", 1], "UNAVAILABLE")


async def test_a_loader_that_breaks_is_logged_once_for_all_its_nodes(ask: Ask) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    with capture_logs() as logs:
        answer = await ask(query, ids=[tier_id(77), tier_id(78)])
    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert (codes, len(logs)) == (["INTERNAL_SERVER_ERROR"] * 2, 1)


async def test_at_most_a_hundred_nodes_are_given_at_once(ask: Ask) -> None:
    answer = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


# Connections

THINGS = """
  query ($first: Int, $after: String) {
    things(first: $first, after: $after) {
      edges { cursor node { number } } nodes { number }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
"""


async def test_a_connection_tells_where_it_lies(ask: Ask) -> None:
    first = (await ask(THINGS, first=2))["data"]["things"]
    cursors = [edge["cursor"] for edge in first["edges"]]
    assert first["pageInfo"] == {
        "hasNextPage": True, "hasPreviousPage": False,
        "startCursor": cursors[0], "endCursor": cursors[1],
    }  # fmt: skip
    last = (await ask(THINGS, first=10, after=cursors[1]))["data"]["things"]
    assert [node["number"] for node in last["nodes"]] == [3, 4, 5, 6, 7, 8, 9]
    assert [edge["node"] for edge in last["edges"]] == last["nodes"]
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)


@pytest.mark.parametrize("arguments", [{"first": 0}, {"first": 101}, {"after": "garbage"}])
async def test_arguments_of_a_page_that_are_wrong_are_bad_input(
    ask: Ask, arguments: dict[str, object]
) -> None:
    (error,) = (await ask(THINGS, **arguments))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == list(arguments)


# The context


def context(services: Services, *roles: Role) -> Context:
    ends = datetime(2026, 1, 1, tzinfo=UTC)
    viewer = Viewer(MEMBER, frozenset(roles), None, ends) if roles else None
    return Context(viewer, Locale.EN, "request", services)


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [
        (Role.SHOPPER, True, False),
        (Role.MODERATOR, True, False),
        (Role.ADMIN, True, True),
        (Role.SERVICE, True, True),
    ],
)
def test_private_fields_are_for_oneself_admins_and_services(
    services: Services,
    role: Role,
    own: bool,  # noqa: FBT001
    others: bool,  # noqa: FBT001
) -> None:
    seen = context(services, role)
    assert (seen.sees_private(MEMBER), seen.sees_private(OTHER)) == (own, others)


def test_a_visitor_sees_nothing_private_and_is_nobody(services: Services) -> None:
    visitor = context(services)
    assert not visitor.sees_private(MEMBER)
    for ask in (visitor.signed_in, lambda: visitor.require(Role.SHOPPER)):
        with pytest.raises(Unauthenticated):
            ask()


def test_one_of_the_roles_is_enough(services: Services) -> None:
    admin = context(services, Role.ADMIN)
    assert admin.require(Role.SERVICE, Role.ADMIN) == admin.signed_in() == MEMBER
    with pytest.raises(Forbidden):
        admin.require(Role.SERVICE)


async def test_time_stands_still_within_an_operation(services: Services) -> None:
    times = iter([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)])

    async def moving() -> datetime:
        return next(times)

    cast("Any", services.platform.clock).now = moving
    one = context(services, Role.SHOPPER)
    assert await one.now() == await one.now()
    assert await context(services, Role.SHOPPER).now() != await one.now()
