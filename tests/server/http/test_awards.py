"""Awards for others: a page, a picture, and a credential that proves itself."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from infra.ids import Kind, encode_id
from server.http.awards import award_routes
from server.http.media import media_routes
from server.wiring import Laurels
from tests.gamification.badges.conftest import BadgeShop
from tests.support.proofs import decoded, verified

ADDRESS = "https://shop.example"
NOBODY = UUID(int=7)
PAGE = {"accept": "text/html,application/xhtml+xml"}


@dataclass
class Site:
    shop: BadgeShop
    client: httpx.AsyncClient

    async def award(self) -> str:
        """The path of the only award."""
        sql = self.shop.platform.database
        award_id = await sql.fetchval("SELECT id FROM badge_award")
        return f"/badges/awards/{encode_id(Kind.BADGE_AWARD, award_id)}"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=sent)

    async def proven(self, path: str) -> dict[str, Any]:
        """The signed document at this address, by the keys that are published."""
        signed = (await self.get(path)).text
        return verified(signed, (await self.get("/badges/keys")).json()["keys"])

    async def taken_back(self, status: dict[str, Any]) -> bool:
        """Whether the status list that a credential names says so."""
        document = await self.proven(status["statusListCredential"].removeprefix(ADDRESS))
        bits = gzip.decompress(decoded(document["credentialSubject"]["encodedList"][1:]))
        index = int(status["statusListIndex"])
        return bool(bits[index // 8] >> (7 - index % 8) & 1)


@pytest.fixture
async def site(laurels: Laurels) -> AsyncIterator[Site]:
    """A shop where C-1 has the first of two levels of a badge, which can be taken back."""
    shop = BadgeShop(laurels.platform, laurels.programmes)
    routes = [*award_routes(laurels, ADDRESS), *media_routes(laurels.platform.objects)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        await shop.badge("regular", 2, 9, revocable=True)
        await shop.buy("10", "10")
        yield Site(shop, client)


async def test_a_credential_proves_who_holds_the_badge(site: Site) -> None:
    path = await site.award()
    document = await site.proven(path)
    assert document["id"] == document["jti"] == ADDRESS + path
    subject = document["credentialSubject"]
    assert subject["achievement"]["name"] == "regular"
    assert subject["result"][0]["value"] == "1"
    assert not await site.taken_back(document["credentialStatus"])


async def test_everything_that_a_credential_names_is_there(site: Site) -> None:
    document = await site.proven(await site.award())
    achievement = document["credentialSubject"]["achievement"]
    for address in (document["issuer"]["id"], achievement["id"], achievement["image"]["id"]):
        assert address.startswith(ADDRESS)
        assert (await site.get(address.removeprefix(ADDRESS))).status_code == 200
    told = (await site.get(achievement["id"].removeprefix(ADDRESS))).json()
    assert {**told, "image": 0} == {**told, **achievement, "image": 0}


async def test_what_was_taken_back_proves_nothing_any_more(site: Site) -> None:
    path = await site.award()
    status = (await site.proven(path))["credentialStatus"]
    await site.shop.tell(site.shop.cancelled("C-1-0", "R-0"))
    answer = await site.get(path, accept_language="en")
    assert (answer.status_code, answer.text) == (410, "This badge was taken back.")
    assert await site.taken_back(status)


async def test_a_browser_is_shown_a_page_in_its_language(site: Site) -> None:
    path = await site.award()
    for language, words in {
        "zh-CN": "获得了徽章",
        "zh-TW": "共 2 級",
        "en": "Level 1 of 2",
    }.items():
        answer = await site.get(path, accept_language=language, **PAGE)
        assert words in answer.text
        assert f'<html lang="{language}">' in answer.text
        assert f'content="{ADDRESS}{path}.png?lang={language}"' in answer.text


async def test_nothing_that_a_member_says_becomes_markup(site: Site) -> None:
    sql = site.shop.platform.database
    await sql.execute("UPDATE member SET display_name = '<script>alert(1)</script>'")
    answer = await site.get(await site.award(), **PAGE)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]


async def test_the_picture_has_the_size_that_previews_ask_for(site: Site) -> None:
    answer = await site.get(f"{await site.award()}.png?lang=zh-TW")
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1200, 630))


@pytest.mark.parametrize(
    "path",
    [
        "/badges/awards/nonsense",
        f"/badges/awards/{encode_id(Kind.MEMBER, NOBODY)}",
        f"/badges/awards/{encode_id(Kind.BADGE_AWARD, NOBODY)}",
        f"/badges/achievements/{encode_id(Kind.BADGE, NOBODY)}",
        "/badges/status/1",
        "/badges/status/99999999999999999999",
    ],
)
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    answer = await site.get(path, accept_language="zh-CN")
    assert (answer.status_code, answer.text) == (404, "没有这枚徽章。")
