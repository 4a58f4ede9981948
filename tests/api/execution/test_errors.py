"""What clients are told about what went wrong, and what they are not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest
from structlog.testing import capture_logs

Ask = Callable[..., Awaitable[dict[str, Any]]]


async def error_of(ask: Ask, query: str, token: str | None = None, **variables: object) -> Any:  # noqa: ANN401
    (error,) = (await ask(query, token, **variables))["errors"]
    return error


async def test_a_visitor_is_unauthenticated(ask: Ask) -> None:
    error = await error_of(ask, "{ mine }")
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert (error["path"], error["message"]) == (["mine"], "Please sign in first.")


async def test_a_member_without_the_role_is_forbidden(ask: Ask) -> None:
    error = await error_of(ask, "{ private }", "shopper")
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_the_role_opens_the_field(ask: Ask) -> None:
    assert (await ask("{ private }", "admin"))["data"] == {"private": "gold"}


async def test_a_refusal_in_a_query_says_what_to_correct(ask: Ask) -> None:
    extensions = (await error_of(ask, '{ fails(how: "refused") }'))["extensions"]
    assert extensions["code"] == "BAD_USER_INPUT"
    assert (extensions["userErrorCode"], extensions["field"]) == ("INVALID", ["first"])


async def test_over_a_limit_one_learns_when_to_come_back(ask: Ask) -> None:
    error = await error_of(ask, '{ fails(how: "limited") }')
    assert (error["extensions"]["code"], error["extensions"]["retryAfter"]) == ("RATE_LIMITED", 3)
    assert "3 seconds" in error["message"]


async def test_an_engine_that_is_away_is_named(ask: Ask) -> None:
    extensions = (await error_of(ask, '{ fails(how: "away") }'))["extensions"]
    assert (extensions["code"], extensions["engine"]) == ("UNAVAILABLE", "redis")


@pytest.mark.parametrize(
    "query",
    [
        '{ fails(how: "broken") }',
        "{ breaks }",
        '{ odd(how: "text") }',
        '{ odd(how: "naive") }',
        "{ enormous }",
        '{ fails(how: "no such key") }',
        "mutation { put(input: {number: -1}) { done } }",
    ],
)
async def test_nothing_of_an_unexpected_exception_leaves(ask: Ask, query: str, secret: str) -> None:
    answer = await ask(query)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["message"].startswith("Something unexpected went wrong.")
    request_id = error["extensions"]["requestId"]
    assert request_id in error["message"]
    told = str(answer).replace(request_id, "")  # random digits may be any
    assert not [word for word in (secret, "Error", "2026", "777", "no such") if word in told]


async def test_an_unexpected_exception_is_logged_once_with_its_cause(ask: Ask, secret: str) -> None:
    with capture_logs() as logs:
        await ask('{ a: fails(how: "broken") }')
    (line,) = logs
    assert (line["event"], str(line["exc_info"])) == ("operation.failed", secret)
    assert line["path"] == ["a"]


async def test_a_broken_authentication_tells_nothing(http: httpx.AsyncClient, secret: str) -> None:
    answer = await http.post(
        "/graphql", json={"query": "{ hello }"}, headers={"authorization": "Bearer broken"}
    )
    assert (answer.status_code, secret in answer.text) == (500, False)
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("zh-CN", "请先登录。"),
        ("zh-Hant-HK", "請先登入。"),
        ("fr, en;q=0.5", "Please sign in first."),
    ],
)
async def test_messages_are_in_the_readers_language(
    http: httpx.AsyncClient, language: str, message: str
) -> None:
    answer = await http.post(
        "/graphql", json={"query": "{ mine }"}, headers={"accept-language": language}
    )
    assert answer.json()["errors"][0]["message"] == message


@pytest.mark.parametrize(
    ("type_", "value"),
    [("DateTime", "yesterday"), ("Date", 1), ("Decimal", 0.1), ("Long", 2**53), ("Long", "1")],
)
async def test_variables_of_a_wrong_type_are_bad_input(ask: Ask, type_: str, value: object) -> None:
    name = {"DateTime": "at", "Date": "day", "Decimal": "amount", "Long": "count"}[type_]
    query = f"query ($v: {type_}) {{ echo({name}: $v) {{ {name} }} }}"
    error = await error_of(ask, query, v=value)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_argument_that_a_variable_leaves_empty_is_bad_input(ask: Ask) -> None:
    error = await error_of(ask, "query ($how: String!) { fails(how: $how) }", how=None)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_validation_error_has_its_place(ask: Ask) -> None:
    error = await error_of(ask, "{ nothing }")
    assert error["locations"] == [{"line": 1, "column": 3}]


async def test_of_many_faults_some_are_told(ask: Ask) -> None:
    answer = await ask("{" + " ".join(f"no{n}" for n in range(200)) + "}")
    assert len(answer["errors"]) == 21


async def test_every_error_of_every_answer_has_a_code_and_the_request_id(
    http: httpx.AsyncClient,
) -> None:
    query = '{ mine private fails(how: "refused") b: fails(how: "broken") }'
    answer = await http.post(
        "/graphql",
        content=orjson.dumps({"query": query}),
        headers={"content-type": "application/json", "x-request-id": "trace-123"},
    )
    errors = answer.json()["errors"]
    assert {error["extensions"]["requestId"] for error in errors} == {"trace-123"}
    assert all(error["extensions"]["code"] for error in errors)
