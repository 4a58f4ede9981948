"""What operations are charged, and what becomes of those who have spent it all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast
from unittest.mock import patch
from uuid import UUID

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from api.execution.cost.charging import ACCOUNT, ADDRESS, Charging
from api.execution.documents import document
from api.execution.operations import Operations
from infra.buckets import Bucket, Buckets, Policy
from infra.redis import Redis

LI = "member-7"
MEMBER = str(UUID(int=7))
THINGS = "query ($n: Int) { things(first: $n) { nodes { number } } }"
ADDRESSES = ("192.0.2.1", "192.0.2.2")
_ITEM = re.compile(r'"([a-z]+)";([a-z])=(\d+);([a-z])=(\d+)')

Connect = Callable[..., Awaitable[Any]]
From = Callable[..., httpx.AsyncClient]


def fields(header: str) -> dict[str, dict[str, int]]:
    """A list of named items with two integers each. Source: RFC 9651, structured fields."""
    items = [cast("re.Match[str]", _ITEM.fullmatch(item)) for item in header.split(", ")]
    return {item[1]: {item[2]: int(item[3]), item[4]: int(item[5])} for item in items}


@pytest.fixture
async def buckets(redis: Redis) -> AsyncIterator[Buckets]:
    buckets = Buckets(redis)
    yield buckets
    await buckets.aclose()


@pytest.fixture
def account() -> Policy:
    """Of the usual size, but hardly refilled: what is spent stays spent."""
    return Policy("account", ACCOUNT.capacity, refill=1)


@pytest.fixture
def address() -> Policy:
    return Policy("address", ADDRESS.capacity, refill=1)


@pytest.fixture
def charging(buckets: Buckets, account: Policy, address: Policy) -> Charging:
    return Charging(buckets, account=account, address=address)


@pytest.fixture
async def come_from(app: Starlette) -> AsyncIterator[From]:
    """Clients by their addresses."""
    opened: list[httpx.AsyncClient] = []

    def client(address: str, token: str | None = None, **headers: str) -> httpx.AsyncClient:
        headers = {"accept": "application/graphql-response+json", **headers}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(app=app, client=(address, 5000))
        made = httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers)
        opened.append(made)
        return made

    yield client
    for one in opened:
        await one.aclose()


async def ask(
    client: httpx.AsyncClient, query: str = THINGS, **variables: object
) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, "variables": variables})


async def test_an_answer_tells_what_it_cost_and_what_is_left(come_from: From) -> None:
    answer = await ask(come_from(ADDRESSES[0], LI), n=30)
    assert answer.json()["extensions"]["cost"] == {
        "requested": 31, "limit": 10_000,
        "available": 49_969, "capacity": 50_000, "refillPerSecond": 1,
    }  # fmt: skip


async def test_headers_tell_the_policies_and_what_is_left_of_each(come_from: From) -> None:
    headers = (await ask(come_from(ADDRESSES[0], LI), n=100)).headers
    assert fields(headers["ratelimit-policy"]) == {
        "account": {"q": 50_000, "w": 50_000}, "address": {"q": 500_000, "w": 500_000}
    }  # fmt: skip
    assert fields(headers["ratelimit"]) == {
        "account": {"r": 49_899, "t": 101}, "address": {"r": 499_899, "t": 101}
    }  # fmt: skip


async def test_a_visitor_has_the_bucket_of_the_address_alone(come_from: From) -> None:
    answer = await ask(come_from(ADDRESSES[0]), n=100)
    assert fields(answer.headers["ratelimit-policy"]).keys() == {"address"}
    assert answer.json()["extensions"]["cost"]["capacity"] == 500_000


async def test_an_account_has_one_bucket_wherever_it_comes_from(come_from: From) -> None:
    left = [
        fields((await ask(come_from(address, LI), n=100)).headers["ratelimit"])["account"]["r"]
        for address in ADDRESSES
    ]
    assert left == [49_899, 49_798]


def test_an_account_has_what_the_contract_says_and_an_address_ten_times_that() -> None:
    assert (ACCOUNT.capacity, ACCOUNT.refill) == (50_000, 2_500)
    assert (ADDRESS.capacity, ADDRESS.refill) == (500_000, 25_000)


SENTENCES = {
    "en": "Too many requests. Please try again in {} seconds.",
    "zh-CN": "操作过于频繁，请在 {} 秒后再试。",
    "zh-TW": "操作過於頻繁，請在 {} 秒後再試。",
}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items(), ids=SENTENCES)
async def test_who_has_spent_it_all_is_told_when_to_come_back(
    come_from: From, buckets: Buckets, account: Policy, language: str, sentence: str, accept: str
) -> None:
    await buckets.take(49_900, [Bucket(account, MEMBER)])  # what is left is for reading it
    client = come_from(ADDRESSES[0], LI, accept=accept, **{"accept-language": language})
    answer = await ask(client, deep(5_000))
    (error,) = answer.json()["errors"]
    seconds = error["extensions"]["retryAfter"]
    assert 5_000 < seconds <= answer.json()["extensions"]["cost"]["requested"]
    assert (answer.status_code, answer.headers["retry-after"]) == (429, str(seconds))
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["message"] == sentence.format(seconds)
    assert "data" not in answer.json()


def deep(cost: int) -> str:
    """A query of somewhat more than this cost."""
    parts = [f"a{n}: things(first: 100) {{ nodes {{ number }} }}" for n in range(cost // 100)]
    return "{" + " ".join(parts[:50]) + " things(first: 100) { nodes { next { number } } } }"


async def test_what_is_refused_takes_only_the_reading_from_the_buckets(
    come_from: From, buckets: Buckets, account: Policy
) -> None:
    await buckets.take(49_000, [Bucket(account, MEMBER)])
    client = come_from(ADDRESSES[0], LI)
    refused = await ask(client, deep(5_000))
    assert refused.status_code == 429
    left = fields(refused.headers["ratelimit"])
    assert 900 <= left["account"]["r"] < 1_000
    assert left["address"]["r"] == 500_000 - 100
    again = fields((await ask(client, deep(5_000))).headers["ratelimit"])
    assert again["address"]["r"] == 500_000 - 100


async def test_an_address_has_a_bucket_for_all_who_come_from_it(
    come_from: From, buckets: Buckets, address: Policy
) -> None:
    await buckets.take(499_000, [Bucket(address, ADDRESSES[0])])
    refused = await ask(come_from(ADDRESSES[0], LI), deep(5_000))
    assert refused.status_code == 429
    assert refused.json()["extensions"]["cost"]["capacity"] == 500_000
    assert fields(refused.headers["ratelimit"])["account"]["r"] == 49_900
    assert (await ask(come_from(ADDRESSES[1], LI), deep(5_000))).status_code == 200


SAME = [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
    ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:192.0.2.1", "192.0.2.1", True),
    ("fe80::1%eth0", "fe80::2%eth1", True),
    ("192.0.2.1", "192.0.2.2", False),
    ("testclient", "no address at all", True),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
async def test_addresses_share_a_bucket_where_they_are_one_customers(
    come_from: From, one: str, other: str, *, same: bool
) -> None:
    await ask(come_from(one), deep(5_000))
    left = fields((await ask(come_from(other), "{ hello }")).headers["ratelimit"])["address"]["r"]
    assert (left < 499_000) is same


async def test_an_operation_that_costs_too_much_is_refused_before_it_begins(
    come_from: From, buckets: Buckets, account: Policy
) -> None:
    page = "things(first: 100) { nodes { next { next { id } } } }"
    parts = [f"a{number}: {page}" for number in range(40)]
    answer = await ask(
        come_from(ADDRESSES[0], LI, **{"accept-language": "en"}), f"{{ {' '.join(parts)} }}"
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "QUERY_TOO_COMPLEX")
    assert error["message"].startswith("This operation may return 12040 objects; at most 10000")
    assert answer.json()["extensions"]["cost"] == {"requested": 12_040, "limit": 10_000}
    assert (await buckets.take(1, [Bucket(account, MEMBER)])).levels[0].left == 49_899


async def test_variables_of_a_wrong_type_are_told_as_ever(come_from: From) -> None:
    answer = await ask(come_from(ADDRESSES[0], LI), n="many")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        400, "BAD_USER_INPUT",
    )  # fmt: skip
    assert answer.json()["extensions"]["cost"]["requested"] == 21


async def test_what_turns_out_to_be_no_operation_costs_the_reading_of_it_once(
    come_from: From,
) -> None:
    client = come_from(ADDRESSES[0], LI)
    answer = await ask(client, "{ nothing }")
    assert answer.json()["extensions"]["cost"]["requested"] == 100
    assert fields(answer.headers["ratelimit"])["account"]["r"] == 49_900
    assert "ratelimit" not in (await ask(client, "{ nothing }")).headers
    assert fields((await ask(client, n=99)).headers["ratelimit"])["account"]["r"] == 49_800


@pytest.mark.parametrize("faulty", ["{ nothing }", "{", "{" + "hello " * 4_000 + "}"])
async def test_who_has_nothing_left_cannot_have_documents_read(
    come_from: From, buckets: Buckets, account: Policy, faulty: str
) -> None:
    await buckets.take(49_950, [Bucket(account, MEMBER)])
    with patch.object(document, "parse_document", side_effect=AssertionError("read")):
        answer = await ask(come_from(ADDRESSES[0], LI), faulty)
    assert answer.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert answer.status_code == 429


async def test_a_document_that_was_read_counts_no_more_than_its_operation(come_from: From) -> None:
    client = come_from(ADDRESSES[0], LI)
    left = [
        fields((await ask(client, n=n)).headers["ratelimit"])["account"]["r"] for n in (30, 30, 100)
    ]
    assert left == [50_000 - 31, 50_000 - 62, 50_000 - 163]


async def test_operations_of_a_socket_cost_as_much(
    connect: Connect, buckets: Buckets, account: Policy
) -> None:
    wire = await connect()
    await wire.init(authorization=f"Bearer {LI}")
    await wire.subscribe("{ things(first: 30) { nodes { number } } }")
    cost = (await wire.receive())["payload"]["extensions"]["cost"]
    assert (cost["requested"], cost["available"]) == (31, 49_969)
    assert (await wire.receive())["type"] == "complete"
    await buckets.take(49_800, [Bucket(account, MEMBER)])
    await wire.subscribe(deep(5_000), id="2")
    refused = await wire.receive()
    (error,) = refused["payload"]
    assert (refused["type"], error["extensions"]["code"]) == ("error", "RATE_LIMITED")
    assert error["extensions"]["retryAfter"] > 5_000 - 100


async def test_refusals_and_costs_are_counted(
    come_from: From,
    buckets: Buckets,
    account: Policy,
    operations: Operations,
    registry: CollectorRegistry,
) -> None:
    await buckets.take(49_800, [Bucket(account, MEMBER)])
    client = come_from(ADDRESSES[0], LI)
    await ask(client, deep(5_000))
    await ask(client, "{" + "hello " * 4_000 + "}")
    operations.metrics.settle()
    counted = {
        limit: registry.get_sample_value("laurels_graphql_refusals_total", {"limit": limit})
        for limit in ("account", "address", "tokens", "cost")
    }
    assert counted == {"account": 1, "address": None, "tokens": 1, "cost": None}
    assert registry.get_sample_value("laurels_graphql_cost_count") == 1
