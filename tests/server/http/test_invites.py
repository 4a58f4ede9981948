"""The page of an invitation: for readers of every language, and kept until they sign up."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from server.http.invites import invite_routes
from server.wiring import Laurels
from tests.support.circle import Circle

ADDRESS = "https://shop.example"
KEPT = "laurels_invite"


@dataclass
class Site:
    circle: Circle
    routes: Starlette

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.routes, client=("203.0.113.7", 1))
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """By a browser that nobody has seen before."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.browser() as browser:
            return await browser.get(path, headers=sent)


@pytest.fixture
async def site(laurels: Laurels) -> Site:
    circle = Circle(laurels.platform, laurels.programmes)
    for who in ("ana", "bo"):
        await circle.order(who)
    return Site(circle, Starlette(routes=invite_routes(laurels, ADDRESS)))


class Tags(HTMLParser):
    """What the head of a page tells of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "meta" and "property" in said:
            self.tags[said["property"] or ""] = said["content"] or ""


@pytest.mark.parametrize(
    ("language", "title", "locale"),
    [
        ("zh-CN", "{} 邀请您加入 Laurels", "zh_CN"),
        ("zh-TW", "{} 邀請您加入 Laurels", "zh_TW"),
        ("en", "{} invites you to Laurels", "en"),
    ],
)
async def test_a_preview_is_told_in_its_readers_language(
    site: Site, language: str, title: str, locale: str
) -> None:
    code = await site.circle.code("ana")
    page = await site.get(f"/i/{code}", accept_language=language)
    tags = Tags(page.text).tags
    assert (tags["og:title"], tags["og:locale"]) == (title.format(code), locale)
    assert tags["og:url"] == f"{ADDRESS}/i/{code}"
    assert tags["og:image"] == f"{ADDRESS}/i/{code}/poster.png?lang={language}"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text


async def test_a_name_is_never_markup(site: Site) -> None:
    code = await site.circle.code("ana")
    await site.circle.platform.database.execute("UPDATE member SET display_name = '\"><script>x'")
    page = await site.get(f"/i/{code}")
    assert "<script" not in page.text
    assert "&lt;script&gt;x" in page.text


async def test_the_first_invitation_is_kept_and_the_second_says_so(site: Site) -> None:
    ana, bo = await site.circle.code("ana"), await site.circle.code("bo")
    async with site.browser() as browser:
        first = await browser.get(f"/i/{ana}", headers={"accept-language": "en"})
        assert browser.cookies[KEPT] == ana
        second = await browser.get(f"/i/{bo}", headers={"accept-language": "en"})
        assert browser.cookies[KEPT] == ana
        again = await browser.get(f"/i/{ana}", headers={"accept-language": "en"})
    assert "is the one that counts" in first.text
    assert "another friend before" in second.text
    assert "is the one that counts" in again.text
    cookie = first.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "secure", "path=/"))


async def test_a_kept_code_of_nobody_gives_way(site: Site) -> None:
    ana = await site.circle.code("ana")
    async with site.browser() as browser:
        browser.cookies.set(KEPT, "nobody-7k2mq", domain="shop.example")
        page = await browser.get(f"/i/{ana}")
    assert f"{KEPT}={ana}" in page.headers["set-cookie"]


@pytest.mark.parametrize("headers", [{"sec_fetch_dest": "image"}, {"sec_purpose": "prefetch"}])
async def test_a_picture_in_anothers_page_is_no_touch(site: Site, headers: dict[str, str]) -> None:
    page = await site.get(f"/i/{await site.circle.code('ana')}", **headers)
    assert page.status_code == 200
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("code", ["nobody-7k2mq", "%00", "no%20code", "a" * 200, "admin"])
@pytest.mark.parametrize("tail", ["", "/poster.png"])
async def test_an_invitation_of_nobody_is_not_there(site: Site, code: str, tail: str) -> None:
    sql = site.circle.platform.database
    await sql.execute(
        "INSERT INTO member (id, handle, display_name, roles, joined_at)"
        " VALUES (gen_random_uuid(), 'admin', 'admin', '{ADMIN}', now())"
    )
    page = await site.get(f"/i/{code}{tail}", accept_language="en")
    assert (page.status_code, page.text) == (404, "There is no such invitation.")


async def test_the_poster_is_a_picture_in_three_languages(site: Site) -> None:
    code = await site.circle.code("ana")
    posters = [
        await site.get(f"/i/{code}/poster.png?lang={lang}") for lang in ("en", "zh-CN", "zh-TW")
    ]
    for poster in posters:
        with Image.open(BytesIO(poster.content)) as picture:
            assert (picture.format, picture.size) == ("PNG", (900, 1350))
    assert len({poster.content for poster in posters}) == 3
    again = await site.get(f"/i/{code}/poster.png?lang=en")
    assert again.content == posters[0].content


async def test_a_kept_code_brings_who_signs_up(site: Site) -> None:
    from members.sign_in import Came

    code = await site.circle.code("ana")
    await site.circle.sign_up("cy@example.com", "bo", came=Came(invite=code))
    found = await site.circle.referral("cy@example.com")
    assert found.referrer_id == await site.circle.member("ana")
