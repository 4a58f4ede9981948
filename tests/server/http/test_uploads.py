"""Files of members as they come over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from gamification.programme.current import Programmes
from infra.i18n import Catalogue
from infra.objects import Objects
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from server.http.media import media_routes
from server.http.security import SecurityHeaders
from server.http.uploads import upload_routes
from tests.support.studio import Studio, photo


@pytest.fixture
async def studio(platform: Platform, programmes: Programmes) -> AsyncIterator[Studio]:
    decoders = Decoders(seconds=30)
    made = Studio.over(replace(platform, objects=Objects()), programmes, decoders)
    await made.open("ana")
    yield made
    await decoders.close()


@pytest.fixture
async def client(studio: Studio, catalogue: Catalogue) -> AsyncIterator[httpx.AsyncClient]:
    routes = [
        *upload_routes(studio.uploads, catalogue),
        *media_routes(studio.platform.objects),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://shop"
    ) as client:
        yield client


async def test_what_was_put_is_served_for_ever_as_a_picture(
    studio: Studio, client: httpx.AsyncClient
) -> None:
    invitation = await studio.ticket()
    sent = await client.put(invitation.url, content=photo(), headers=invitation.headers)
    assert (sent.status_code, sent.content) == (204, b"")
    image = await studio.complete(invitation)
    served = await client.get(image.path(640))
    assert served.headers["content-type"] == "image/webp"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in served.headers["cache-control"]
    assert served.content[8:12] == b"WEBP"


async def test_the_file_itself_is_never_served(studio: Studio, client: httpx.AsyncClient) -> None:
    invitation = await studio.ticket()
    await client.put(invitation.url, content=photo(), headers=invitation.headers)
    path = urlsplit(invitation.url).path
    for where in (f"/media/{invitation.ticket.object_name}", f"/media/..{path}", path):
        assert (await client.get(where)).status_code in {404, 405}


async def test_a_file_may_come_in_pieces_of_unknown_length(
    studio: Studio, client: httpx.AsyncClient
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield photo()[:100]
        yield photo()[100:]

    invitation = await studio.ticket()
    sent = await client.put(invitation.url, content=pieces(), headers=invitation.headers)
    assert sent.status_code == 204
    assert await studio.complete(invitation)


async def refusal(
    client: httpx.AsyncClient, url: str, content: bytes, type_: str = "image/jpeg"
) -> tuple[int, str]:
    headers = {"content-type": type_, "accept-language": "en"}
    answer = await client.put(url, content=content, headers=headers)
    return answer.status_code, answer.json()["error"]["reason"]


async def test_each_refusal_has_its_status(studio: Studio, client: httpx.AsyncClient) -> None:
    invitation = await studio.ticket()
    url = invitation.url
    unsigned = url.partition("?")[0]
    assert await refusal(client, url, photo(), "image/png") == (400, "INVALID")
    assert await refusal(client, url, photo() + b"!") == (400, "INVALID")
    assert await refusal(client, unsigned, photo()) == (404, "NOT_FOUND")
    assert await refusal(client, "http://shop/uploads/none", photo()) == (404, "NOT_FOUND")
    await studio.send(invitation, photo())
    await studio.complete(invitation)
    assert await refusal(client, url, photo()) == (409, "CONFLICT")
    late = await studio.ticket()
    await studio.let_pass(minutes=16)
    assert await refusal(client, late.url, photo()) == (410, "EXPIRED")


async def test_a_refusal_is_told_in_the_language_of_whoever_sends(
    studio: Studio, client: httpx.AsyncClient
) -> None:
    invitation = await studio.ticket()
    headers = {"content-type": "image/png", "accept-language": "zh-TW"}
    answer = await client.put(invitation.url, content=photo(), headers=headers)
    assert answer.json()["error"]["message"] == "檔案類型與申報的 image/jpeg 不符。"


async def test_a_store_that_is_away_is_worth_another_try(
    studio: Studio, client: httpx.AsyncClient
) -> None:
    invitation = await studio.ticket()
    vars(studio.platform.objects).update(_address="file:///proc/none")
    vars(studio.platform.objects).pop("_store")  # opened when the ticket was given out
    answer = await client.put(invitation.url, content=photo(), headers=invitation.headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_who_stops_sending_is_not_waited_for(
    studio: Studio, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield photo()[:100]
        raise TimeoutError

    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    monkeypatch.setattr("server.http.uploads._pieces", lambda _request: stuck())
    invitation = await studio.ticket()
    answer = await client.put(invitation.url, content=nothing(), headers=invitation.headers)
    assert answer.status_code == 408
    assert await studio.platform.objects.get(invitation.ticket.object_name) is None
