"""The page of a shared post: for readers of every language, for previews, and for counting."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from api.execution.engine import Engine
from api.schema import build_schema
from infra.ids import Kind, encode_id
from server.http.shares import share_routes
from server.wiring import Laurels
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.neighbours import Neighbours
from tests.support.sight import TABLE, Sight

ADDRESS = "https://shop.example"
SECRET = b"a secret of sixteen bytes"


@dataclass
class Site:
    street: Neighbours
    routes: Starlette

    def browser(self, agent: str = "Mozilla/5.0", host: str = "203.0.113.7") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.routes, client=(host, 1))
        headers = {"user-agent": agent}
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)

    async def get(self, path: str, agent: str = "Mozilla/5.0", **headers: str) -> httpx.Response:
        """By a browser that nobody has seen before."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.browser(agent) as browser:
            return await browser.get(path, headers=sent)

    async def link(self, post: UUID, who: str = "bo") -> tuple[str, str]:
        """The path and the code of a member's link."""
        code = await self.street.share(who, post)
        return f"/p/{encode_id(Kind.POST, post)}?s={code}", code


@pytest.fixture
async def site(laurels: Laurels) -> Site:
    """Where Ana, Bo and Cy live."""
    street = Neighbours(laurels.platform, laurels.programmes)
    await street.move_in("ana", "bo", "cy")
    return Site(street, Starlette(routes=share_routes(laurels, ADDRESS, SECRET)))


class Tags(HTMLParser):
    """What the head of a page tells of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: dict[str, str] = {}
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.scripts += tag == "script"
        if tag == "meta" and "property" in said:
            self.tags[said["property"] or ""] = said["content"] or ""


@pytest.mark.parametrize(
    ("language", "title", "locale"),
    [
        ("zh-CN", "ana 的分享", "zh_CN"),
        ("zh-TW", "ana 的分享", "zh_TW"),
        ("en", "ana shared", "en"),
    ],
)
async def test_previews_are_told_what_it_is_in_the_readers_language(
    site: Site, language: str, title: str, locale: str
) -> None:
    await site.street.platform.database.execute(
        "UPDATE member SET display_name = 'ana' WHERE customer_ref = 'ana'"
    )
    post = await site.street.post("ana", "很好用 <script>alert(1)</script> & more")
    answer = await site.get(f"/p/{encode_id(Kind.POST, post)}", accept_language=language)
    seen = Tags(answer.text)
    assert answer.status_code == 200
    assert seen.tags["og:title"].startswith(title)
    assert seen.tags["og:description"] == "很好用 <script>alert(1)</script> & more"
    assert seen.tags["og:url"] == f"{ADDRESS}/p/{encode_id(Kind.POST, post)}"
    assert (seen.tags["og:locale"], seen.scripts) == (locale, 0)
    assert "accept-language" in answer.headers["vary"]


async def test_a_long_text_is_described_by_its_beginning(site: Site) -> None:
    post = await site.street.post("ana", "好" * 300)
    answer = await site.get(f"/p/{encode_id(Kind.POST, post)}")
    assert Tags(answer.text).tags["og:description"] == "好" * 119 + "…"


async def test_what_no_visitor_may_see_is_not_there(site: Site) -> None:
    draft, post = await site.street.post("bo", draft=True), await site.street.post("ana")
    await site.street.suspend("ana")
    for path in (
        f"/p/{encode_id(Kind.POST, draft)}",
        f"/p/{encode_id(Kind.POST, post)}",
        f"/p/{encode_id(Kind.COMMENT, post)}",
        "/p/nonsense",
    ):
        answer = await site.get(path, accept_language="en")
        assert (answer.status_code, answer.text) == (
            404,
            "There is no such post, or it is no longer public.",
        )


@pytest.mark.parametrize("row", TABLE)
async def test_the_page_shows_what_a_visitor_may_see(site: Site, row: str) -> None:
    authors = Authors(site.street.platform, site.street.programmes)
    sight = await Sight.of(authors, Clients(authors, Engine(build_schema())), row)
    answer = await site.get(f"/p/{sight.global_id}")
    assert answer.status_code == (200 if sight.seen_by("visitor") else 404)


async def test_each_visitor_counts_once(site: Site) -> None:
    path, code = await site.link(await site.street.post("ana"))
    async with site.browser() as browser:
        for _ in range(3):
            assert (await browser.get(path)).status_code == 200
        assert len(browser.cookies) == 1
    await site.get(path)  # without the cookie, from the same place by the same program
    assert await site.street.visits(code) == 1
    await site.get(path, agent="Mozilla/5.0 (iPhone)")
    assert await site.street.visits(code) == 2


async def test_a_visitor_who_moved_is_known_by_the_cookie(site: Site) -> None:
    path, code = await site.link(await site.street.post("ana"))
    async with site.browser(host="203.0.113.8") as before:
        await before.get(path)
    async with site.browser(host="203.0.113.9") as after:
        after.cookies = before.cookies
        await after.get(path)
    assert await site.street.visits(code) == 1


@pytest.mark.parametrize(
    "hosts", [["203.0.113.7"], [f"2001:db8:1:2::{n:x}" for n in range(9)]], ids=["IPv4", "IPv6"]
)
async def test_ever_new_names_of_a_program_are_few_visitors(site: Site, hosts: list[str]) -> None:
    path, code = await site.link(await site.street.post("ana"))
    for n in range(60):
        async with site.browser(f"Mozilla/5.0 (Version {n})", hosts[n % len(hosts)]) as browser:
            await browser.get(path)
    assert 2 < await site.street.visits(code) <= 16


@pytest.mark.parametrize(
    "agent",
    ["Googlebot/2.1", "facebookexternalhit/1.1", "Twitterbot/1.0", "WhatsApp/2.2", "curl/8.5", ""],
)
async def test_what_fetches_previews_is_no_visitor(site: Site, agent: str) -> None:
    path, code = await site.link(await site.street.post("ana"))
    assert (await site.get(path, agent=agent)).status_code == 200
    await site.get(path, sec_purpose="prefetch;prerender")
    async with site.browser() as browser:
        await browser.head(path)
    assert await site.street.visits(code) == 0


async def test_nothing_of_where_visitors_come_from_is_kept(site: Site) -> None:
    path, _ = await site.link(await site.street.post("ana"))
    answer = await site.get(path)
    rows = await site.street.platform.database.fetch("SELECT visitor FROM share_visit")
    assert [len(row["visitor"]) for row in rows] == [16, 16]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]
