"""Signed messages of whoever takes the shop's payments: what each does, once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from infra.ids import Kind, encode_id, new_id
from server.http import membership_hook
from server.http.hooks import hook_routes
from server.settings import Settings
from server.wiring import Laurels
from tests.server.test_hooks import NEW, signed
from tests.support.clubs import Club

START = {
    "type": "membership.started",
    "customerRef": "C-1",
    "planKey": "plus",
    "paymentRef": "P-1",
}
RENEW = {"type": "membership.renewed", "customerRef": "C-1", "paymentRef": "P-2"}
FAIL = {"type": "membership.payment_missed", "customerRef": "C-1"}
CANCEL = {"type": "membership.cancelled", "customerRef": "C-1"}

Post = Callable[..., Awaitable[Any]]


@pytest.fixture
async def post(laurels: Laurels, tmp_path: Path) -> AsyncIterator[Post]:
    """Sends signed messages to a shop with a plan and a customer."""
    club = Club(laurels.platform, laurels.programmes)
    await club.join("C-1")
    await club.plan()
    settings = Settings(home=tmp_path, orders_hook_secret=NEW)
    app = Starlette(routes=hook_routes(settings, laurels))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://laurels") as client:

        async def send(message: object, *, id_: str | None = None, status: int = 200) -> Any:  # noqa: ANN401
            body = orjson.dumps(message)
            headers = signed(body, message=id_ or str(new_id()))
            answer = await client.post(membership_hook.PATH, content=body, headers=headers)
            assert answer.status_code == status, answer.text
            return answer.json()

        yield send


async def test_payments_start_renew_miss_and_end(post: Post) -> None:
    seen = [await post(message) for message in (START, FAIL, RENEW, CANCEL)]
    assert [one["error"] for one in seen] == [None] * 4
    states = [one["membership"]["state"] for one in seen]
    assert states == ["ACTIVE", "PAST_DUE", "ACTIVE", "CANCELLED"]


async def test_a_message_sent_again_changes_nothing(post: Post) -> None:
    assert await post(START, id_="m-1") == await post(START, id_="m-1")
    first, again = await post(RENEW, id_="m-2"), await post(RENEW, id_="m-2")
    assert first == again


async def test_the_same_payment_in_another_message_does_not_pay_again(post: Post) -> None:
    await post(START)
    await post(RENEW)
    refused = (await post(RENEW))["error"]
    assert (refused["code"], refused["field"]) == ("CONFLICT", ["paymentRef"])


async def test_a_membership_can_be_named_by_its_id(post: Post) -> None:
    id_ = (await post(START))["membership"]["id"]
    named = {"type": "membership.renewed", "membershipId": id_, "paymentRef": "P-3"}
    assert (await post(named))["membership"]["id"] == id_


async def test_a_failure_that_arrives_late_changes_nothing(post: Post) -> None:
    await post(START)
    late = FAIL | {"occurredAt": "2020-01-01T00:00:00Z"}
    assert (await post(late))["membership"]["state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        (RENEW, "NOT_FOUND", "customerRef"),
        (START | {"customerRef": "C-9"}, "NOT_FOUND", "customerRef"),
        (START | {"planKey": "x"}, "NOT_FOUND", "planKey"),
        (RENEW | {"membershipId": "x"}, "NOT_FOUND", "membershipId"),
        (
            RENEW | {"membershipId": encode_id(Kind.MEMBERSHIP, new_id())},
            "NOT_FOUND",
            "membershipId",
        ),
        (START | {"paymentRef": None}, "INVALID", "paymentRef"),
        (FAIL | {"occurredAt": "soon"}, "INVALID", "occurredAt"),
    ],
)
async def test_what_is_refused_says_why(post: Post, message: object, code: str, field: str) -> None:
    answer = await post(message)
    assert answer["membership"] is None
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, [field])


@pytest.mark.parametrize("message", [[], {"type": "membership.sold"}, {}, START | {"amount": "12"}])
async def test_what_is_no_message_of_ours_is_a_bad_request(post: Post, message: object) -> None:
    assert (await post(message, status=400))["error"]["code"] == "BAD_USER_INPUT"


async def test_an_unsigned_message_is_refused(laurels: Laurels, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, orders_hook_secret=NEW)
    transport = httpx.ASGITransport(Starlette(routes=hook_routes(settings, laurels)))
    async with httpx.AsyncClient(transport=transport, base_url="http://laurels") as client:
        answer = await client.post(membership_hook.PATH, json=START)
    assert answer.status_code == 401
