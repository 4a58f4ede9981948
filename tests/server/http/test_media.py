"""Pictures as they are served."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from infra.objects import Objects
from server.http.media import media_routes

NAME = "0" * 63 + "a.webp"


@pytest.fixture
async def objects() -> Objects:
    objects = Objects()
    await objects.put(NAME, b"RIFF")
    return objects


@pytest.fixture
async def client(objects: Objects) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=media_routes(objects)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_a_picture_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/media/{NAME}")
    assert (answer.status_code, answer.content) == (200, b"RIFF")
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]


async def test_who_has_it_is_told_so(client: httpx.AsyncClient) -> None:
    etag = (await client.get(f"/media/{NAME}")).headers["etag"]
    again = await client.get(f"/media/{NAME}", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["1" * 64 + ".webp", "..%2F..%2Fsecret", "x.webp", "%00"])
async def test_nothing_else_is_there(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/media/{name}")).status_code == 404


async def test_a_store_that_is_away_is_worth_another_try() -> None:
    transport = httpx.ASGITransport(Starlette(routes=media_routes(Objects("file:///proc/none"))))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get(f"/media/{NAME}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
