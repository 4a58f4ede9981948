"""Signed messages of the shop: who may send them, what they say, and what they answer."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook
from starlette.applications import Starlette

from infra.clock import Clock
from server.http import hooks
from server.http.hooks import hook_routes, hook_secrets
from server.settings import Settings
from server.wiring import Laurels

OLD, NEW = (f"whsec_{base64.b64encode(letter * 32).decode()}" for letter in (b"o", b"n"))
ORDER = {
    "customerRef": "C-1",
    "occurredAt": "2026-03-01T08:30:00Z",
    "attributes": {"total": "88.00", "currency": "CNY"},
}

Post = Callable[..., Awaitable[httpx.Response]]


def signed(
    body: bytes, *, message: str = "msg-1", secret: str = NEW, at: datetime | None = None
) -> dict[str, str]:
    """What a sender puts beside a body."""
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, moment, body.decode()),
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, orders_hook_secret=f"{NEW} {OLD}")


@pytest.fixture
async def client(laurels: Laurels, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=hook_routes(settings, laurels))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://laurels") as client:
        yield client


@pytest.fixture
def post(client: httpx.AsyncClient) -> Post:
    """Sends a message, signed unless `headers` say otherwise."""

    async def send(
        message: object,
        *,
        headers: dict[str, str] | None = None,
        **signature: Any,  # noqa: ANN401
    ) -> httpx.Response:
        body = message if isinstance(message, bytes) else orjson.dumps(message)
        sent = signed(body, **signature) | (headers or {})
        return await client.post(hooks.PATH, content=body, headers=sent)

    return send


def outcomes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [result["outcome"] for result in answer.json()["results"]]


def refusal(answer: httpx.Response) -> tuple[int, str, list[str] | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["field"]


async def test_an_order_is_applied(post: Post, laurels: Laurels) -> None:
    assert outcomes(await post(ORDER)) == ["APPLIED"]
    row = await laurels.platform.database.fetchrow(
        "SELECT source, external_id FROM activity WHERE type = 'order.paid'"
    )
    assert row is not None
    assert tuple(row) == ("shop", "msg-1")


async def test_a_message_sent_again_changes_nothing(post: Post) -> None:
    first, again = await post(ORDER), await post(ORDER)
    assert outcomes(again) == ["DUPLICATE"]
    assert first.json()["results"][0]["activityId"] == again.json()["results"][0]["activityId"]


async def test_a_list_gets_one_result_each(post: Post) -> None:
    listed = [{**ORDER, "externalId": name} for name in ("a", "b", "a")]
    assert outcomes(await post({"activities": listed})) == ["APPLIED", "APPLIED", "DUPLICATE"]


async def test_a_refused_activity_is_told_in_the_senders_language(post: Post) -> None:
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = await post({**ORDER, "occurredAt": future}, headers={"accept-language": "zh-TW"})
    assert outcomes(answer) == ["REJECTED"]
    assert answer.json()["results"][0]["error"] == {
        "code": "INVALID",
        "message": "發生時間比現在晚了五分鐘以上。",
        "field": ["activities", "0", "occurredAt"],
    }


async def test_each_of_the_secrets_is_good(post: Post) -> None:
    assert outcomes(await post(ORDER, secret=OLD)) == ["APPLIED"]


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "nonsense"},
        {"webhook-signature": "v1,?"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "inf"},
        {"webhook-id": "another"},
        {"webhook-id": ""},
    ],
)
async def test_a_wrong_signature_is_refused(post: Post, headers: dict[str, str]) -> None:
    assert refusal(await post(ORDER, headers=headers))[:2] == (401, "UNAUTHENTICATED")


async def test_a_message_without_a_signature_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(hooks.PATH, json=ORDER)
    assert refusal(answer)[:2] == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_message_far_off_in_time_is_refused(post: Post, minutes: int) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    assert refusal(await post(ORDER, at=moment))[0] == 401


async def test_bytes_that_are_no_text_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(hooks.PATH, content=b"\xff", headers=signed(b"{}"))
    assert refusal(answer)[0] == 401


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (b"{", None),
        ([], None),
        ({"activities": {}}, ["activities"]),
        ({"activities": [ORDER]}, ["activities", "0", "externalId"]),
        ({"activities": [], "more": 1}, ["more"]),
        ({**ORDER, "customerRef": 7}, ["customerRef"]),
        ({**ORDER, "occurredAt": "2026-03-01"}, ["occurredAt"]),
        ({**ORDER, "occurredAt": None}, ["occurredAt"]),
        ({**ORDER, "attributes": []}, ["attributes"]),
        ({**ORDER, "customer": "C-1"}, ["customer"]),
        ({"activities": [{**ORDER, "externalId": "x"}] * 1001}, ["activities"]),
    ],
)
async def test_a_malformed_message_names_its_fault(
    post: Post, message: object, field: list[str] | None
) -> None:
    assert refusal(await post(message)) == (400, "BAD_USER_INPUT", field)


async def test_a_malformed_message_applies_nothing(post: Post, laurels: Laurels) -> None:
    await post({"activities": [{**ORDER, "externalId": "a"}, ORDER]})
    assert await laurels.platform.database.fetchval("SELECT count(*) FROM activity") == 0


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient, announced: bool) -> None:  # noqa: FBT001
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * (1024 * 1024)

    body = b" " * (hooks.BODY_LIMIT + 1) if announced else parts()
    answer = await client.post(hooks.PATH, content=body, headers=signed(b"{}"))
    assert refusal(answer)[:2] == (413, "BAD_USER_INPUT")


async def test_a_deployment_without_a_secret_takes_no_messages(
    laurels: Laurels, tmp_path: Path
) -> None:
    clock = Clock(laurels.platform.database, sandbox=False)
    real = replace(laurels, platform=replace(laurels.platform, clock=clock))
    app = Starlette(routes=hook_routes(Settings(home=tmp_path), real))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://laurels") as client:
        answer = await client.post(hooks.PATH, json=ORDER)
    assert refusal(answer)[:2] == (503, "UNAVAILABLE")


def test_a_sandbox_makes_a_secret_and_keeps_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    [first] = hook_secrets(settings, sandbox=True)
    assert first.startswith("whsec_")
    assert hook_secrets(settings, sandbox=True) == [first]
    assert hook_secrets(settings, sandbox=False) == []


@pytest.mark.parametrize("secret", ["swordfish", "whsec_", "whsec_?", "whsec_c2hvcnQ="])
def test_a_secret_that_signs_nothing_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ValidationError):
        Settings(orders_hook_secret=f"{NEW} {secret}")
