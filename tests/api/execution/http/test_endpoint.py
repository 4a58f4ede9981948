"""GraphQL over HTTP: media types, statuses, and requests that are none."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

RESPONSE = "application/graphql-response+json"
HELLO = orjson.dumps({"query": "{ hello }"})
JSON = {"content-type": "application/json"}


async def post(http: httpx.AsyncClient, content: bytes, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.post("/graphql", content=content, headers=JSON | named)


def code(answer: httpx.Response) -> str:
    return answer.json()["errors"][0]["extensions"]["code"]


async def test_a_query_is_answered(http: httpx.AsyncClient) -> None:
    answer = await post(http, HELLO)
    assert (answer.status_code, answer.json()) == (200, {
        "data": {"hello": "你好"}, "extensions": {"cost": {"requested": 1, "limit": 10_000}}
    })  # fmt: skip
    assert answer.headers["content-type"] == f"{RESPONSE}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (RESPONSE, RESPONSE),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        (f"application/json, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.5, application/json", "application/json"),
        (f"application/json;q=0.5, {RESPONSE};charset=utf-8;q=0.9", RESPONSE),
        ("text/plain", "application/json"),
        ("application/json;q=much", "application/json"),
    ],
)
async def test_accept_chooses_the_media_type(
    http: httpx.AsyncClient, accept: str, media: str
) -> None:
    answer = await post(http, HELLO, accept=accept)
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


BODIES = {
    "empty": b"",
    "null": b"null",
    "number": b"1",
    "string": b'"query"',
    "array": b"[]",
    "batch": b'[{"query":"{ hello }"}]',
    "not JSON": b"{",
    "invalid UTF-8": b'{"query":"\xff"}',
    "invalid UTF-8 beside an escape": b'{"query":"\\u0041\xff"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"query":"{ hello }","variables":{"a":NaN}}',
    "NaN beside an escape": b'{"query":"\\u0041","variables":{"a":NaN}}',
    "deep": b"[" * 100_000,
    "deep with an escape": b'{"a":"\\ud800","b":' + b"[" * 100_000,
    "no query": b"{}",
    "null query": b'{"query":null}',
    "blank query": b'{"query":" \\n"}',
    "query that is a number": b'{"query":1}',
    "query that is an object": b'{"query":{"hello":1}}',
    "variables that are a list": b'{"query":"{ hello }","variables":[]}',
    "variables that are a string": b'{"query":"{ hello }","variables":"{}"}',
    "extensions that are a number": b'{"query":"{ hello }","extensions":7}',
    "operation name that is a list": b'{"query":"{ hello }","operationName":[]}',
    "unknown operation": b'{"query":"{ hello }","operationName":"Nobody"}',
    "two operations and no name": b'{"query":"query A { hello } query B { hello }"}',
    "a subscription": b'{"query":"subscription { ticks(upto: 1) }"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_a_malformed_body_is_a_coded_error(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await post(http, body)
    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")
    assert "data" not in answer.json()


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/graphql"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": ""},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_only_plain_json_is_taken(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    content = gzip.compress(HELLO) if "content-encoding" in headers else HELLO
    answer = await http.post("/graphql", content=content, headers=headers)
    assert (answer.status_code, code(answer)) == (415, "BAD_USER_INPUT")


async def test_json_may_say_that_it_is_utf8(http: httpx.AsyncClient) -> None:
    answer = await post(http, HELLO, content_type='application/json; charset="UTF-8"')
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("token", "kib", "status"),
    [("shopper", 300, 413), ("service", 300, 200), ("service", 4097, 413)],
)
async def test_a_body_has_a_limit(
    http: httpx.AsyncClient, token: str, kib: int, status: int
) -> None:
    body = orjson.dumps({"query": "{ hello }", "extensions": {"pad": "x" * (kib * 1024)}})
    answer = await post(http, body, authorization=f"Bearer {token}")
    assert answer.status_code == status


async def test_a_body_of_unknown_length_has_the_same_limit(http: httpx.AsyncClient) -> None:
    async def endless() -> Any:  # noqa: ANN401
        while True:
            yield b" " * 65_536

    answer = await http.post("/graphql", content=endless(), headers=JSON)
    assert (answer.status_code, code(answer)) == (413, "BAD_USER_INPUT")


FAULTY = {
    "{": "GRAPHQL_PARSE_FAILED",
    '{ hello(x: "\\ud800") }': "GRAPHQL_PARSE_FAILED",
    "{ nothing }": "GRAPHQL_VALIDATION_FAILED",
    "{ thing }": "GRAPHQL_VALIDATION_FAILED",
    "query ($n: Long!) { echo(count: $n) { count } }": "BAD_USER_INPUT",
}


@pytest.mark.parametrize(("query", "expected"), FAULTY.items())
async def test_what_cannot_be_executed_is_400_without_data(
    http: httpx.AsyncClient, query: str, expected: str
) -> None:
    answer = await post(http, orjson.dumps({"query": query}))
    assert (answer.status_code, code(answer), "data" in answer.json()) == (400, expected, False)


@pytest.mark.parametrize("query", FAULTY)
async def test_for_plain_json_it_is_200(http: httpx.AsyncClient, query: str) -> None:
    answer = await post(http, orjson.dumps({"query": query}), accept="application/json")
    assert answer.status_code == 200
    assert answer.json()["errors"]


async def test_partial_data_is_200(http: httpx.AsyncClient) -> None:
    answer = await post(http, orjson.dumps({"query": '{ hello fails(how: "away") }'}))
    assert (answer.status_code, answer.json()["data"]) == (200, {"hello": "你好", "fails": None})


async def test_data_that_an_error_blanked_is_null_and_200(http: httpx.AsyncClient) -> None:
    answer = await post(http, orjson.dumps({"query": "{ breaks }"}))
    assert (answer.status_code, answer.json()["data"]) == (200, None)


async def test_get_answers_queries(http: httpx.AsyncClient) -> None:
    answer = await http.get(
        "/graphql",
        params={
            "query": "query A($n: Long) { echo(count: $n) { count } } query B { hello }",
            "variables": '{"n": 7}',
            "operationName": "A",
        },
    )
    assert (answer.status_code, answer.json()["data"]) == (200, {"echo": {"count": 7}})


@pytest.mark.parametrize(
    "query",
    [
        "",
        "query=",
        "variables={}",
        "query={hello}&variables=[",
        "query={hello}&variables=1",
        "query=%ff",
        "&".join(f"a{n}=1" for n in range(50)),
    ],
)
async def test_a_malformed_query_string_is_a_coded_error(
    http: httpx.AsyncClient, query: str
) -> None:
    answer = await http.get(f"/graphql?{query}")
    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")


async def test_get_changes_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.get(
        "/graphql", params={"query": "mutation { put(input: {number: 1}) { done } }"}
    )
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods_are_not_allowed(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("authorization", "accept", "status"),
    [
        ("Bearer forged", RESPONSE, 401),
        ("Bearer forged", "application/json", 200),
        ("Bearer", RESPONSE, 401),
        ("Basic c2hvcHBlcg==", RESPONSE, 401),
        ("shopper", RESPONSE, 401),
    ],
)
async def test_a_bad_token_is_unauthenticated(
    http: httpx.AsyncClient, authorization: str, accept: str, status: int
) -> None:
    answer = await post(http, HELLO, authorization=authorization, accept=accept)
    assert (answer.status_code, code(answer)) == (status, "UNAUTHENTICATED")
    assert "data" not in answer.json()


@pytest.mark.parametrize("authorization", ["Bearer shopper", "bearer  shopper "])
async def test_a_good_token_names_the_viewer(http: httpx.AsyncClient, authorization: str) -> None:
    answer = await post(http, b'{"query":"{ whoami }"}', authorization=authorization)
    assert answer.json()["data"]["whoami"]


async def test_an_engine_that_authentication_needs_may_be_away(http: httpx.AsyncClient) -> None:
    answer = await post(http, HELLO, authorization="Bearer away")
    assert (answer.status_code, code(answer)) == (503, "UNAVAILABLE")


async def test_a_persisted_query_that_is_not_known_is_asked_for_again(
    http: httpx.AsyncClient,
) -> None:
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    answer = await post(http, orjson.dumps({"extensions": persisted}))
    assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("trace-0123.AB_c", True), ("short", False), ("x" * 65, False), ("a b\tc-12345", False)],
)
async def test_a_sane_request_id_is_kept(http: httpx.AsyncClient, sent: str, kept: bool) -> None:  # noqa: FBT001
    answer = await post(http, b"{}", x_request_id=sent)
    request_id = answer.json()["errors"][0]["extensions"]["requestId"]
    assert (request_id == sent, len(request_id) >= 8) == (kept, True)


async def test_what_json_cannot_hold_is_an_internal_error(http: httpx.AsyncClient) -> None:
    answer = await post(http, b'{"query":"{ unspeakable }"}')
    assert (answer.status_code, code(answer)) == (500, "INTERNAL_SERVER_ERROR")


async def test_lone_surrogates_reach_the_fields_and_come_back(http: httpx.AsyncClient) -> None:
    body = b'{"query":"query ($f: JSON) { echo(free: $f) { free } }","variables":{"f":"\\ud800"}}'
    answer = await post(http, body)
    assert b'"free":"\\ud800"' in answer.content


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_let_go(app: Starlette) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await asyncio.wait_for(app(scope, receive, send), 1)
    assert sent == []
