"""Pictures whose files and objects lie with a cloud's store, which takes files from members."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from domain.errors import Refused
from gamification.programme.current import Programmes
from infra.objects import Objects
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from tests.support.object_server import ObjectServer, object_server
from tests.support.studio import Studio, photo, reason_of


@pytest.fixture
async def cloud() -> AsyncIterator[ObjectServer]:
    async with object_server() as server:
        yield server


@pytest.fixture
async def studio(
    cloud: ObjectServer,
    platform: Platform,
    programmes: Programmes,
    decoders: Decoders,
    monkeypatch: pytest.MonkeyPatch,
) -> Studio:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "not for the eyes of members",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT": f"http://127.0.0.1:{cloud.port}",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    objects = Objects("s3://shop/pictures")
    made = Studio.over(replace(platform, objects=objects), programmes, decoders)
    await made.open("ana")
    return made


async def put(url: str, data: bytes, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient() as client:
        (await client.put(url, content=data, headers=headers)).raise_for_status()


async def test_a_member_s_file_goes_straight_to_the_store(
    studio: Studio, cloud: ObjectServer
) -> None:
    invitation = await studio.ticket()
    await put(invitation.url, photo(), invitation.headers)
    assert list(cloud.objects) == [f"/shop/pictures/{invitation.ticket.object_name}"]
    image = await studio.complete(invitation)
    assert list(cloud.objects) == [f"/shop/pictures/{name}" for name in image.objects]
    assert await studio.there(image) == [True]


async def test_the_address_is_signed_for_a_quarter_of_an_hour(studio: Studio) -> None:
    invitation = await studio.ticket()
    told = parse_qs(urlsplit(invitation.url).query)
    assert told["X-Amz-Expires"] == ["900"]
    assert len(told["X-Amz-Signature"][0]) == 64
    assert "not for the eyes" not in invitation.url


async def test_a_file_of_another_size_is_refused_before_it_is_read(
    studio: Studio, cloud: ObjectServer
) -> None:
    invitation = await studio.ticket()
    await put(invitation.url, photo() + b"!", invitation.headers)
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("INVALID", "upload.wrong_size")
    assert not [asked for asked in cloud.asked if asked.startswith("GET")]


async def test_a_file_that_is_never_completed_goes(studio: Studio, cloud: ObjectServer) -> None:
    invitation = await studio.ticket()
    await put(invitation.url, photo(), invitation.headers)
    await studio.let_pass(minutes=26)
    await studio.sweep()
    assert cloud.objects == {}
