"""The query page: GraphiQL where it is built, else our own; nothing from other hosts either way."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.http.query_page import BUILT, query_page, query_page_files

_FRAME = BUILT.parent / "src" / "page.html"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "page.html").write_text(_FRAME.read_text("utf-8"), "utf-8")
    (folder / "graphiql.js").write_text("let version = 1", "utf-8")
    return folder


def browser_at(built: Path) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/graphql", query_page(built)), query_page_files(built)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")


async def test_without_a_build_the_page_is_our_own(tmp_path: Path) -> None:
    async with browser_at(tmp_path / "dist") as browser:
        page = await browser.get("/graphql")
        script = await browser.get("/graphiql/graphiql.js")
    assert "<textarea" in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert script.status_code == 404


async def test_our_own_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    async with browser_at(tmp_path / "dist") as browser:
        page = (await browser.get("/graphql")).text
    assert not re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!data:)[a-z/]""", page)
    assert "//" not in re.sub(r"\$\{location\.protocol .*?\}://", "", page)


async def test_our_own_page_speaks_all_three_languages(tmp_path: Path) -> None:
    async with browser_at(tmp_path / "dist") as browser:
        page = (await browser.get("/graphql")).text
    said = set(re.findall(r'data-say="(\w+)"', page)) | {"language", "token"}
    tables = re.findall(r'"(?:zh-CN|zh-TW|en)": \{(.*)\}', page)
    assert [set(re.findall(r"(\w+): \"", table)) for table in tables] == [said] * 3


async def test_graphiql_is_shown_as_soon_as_it_is_built(tmp_path: Path, built: Path) -> None:
    later = tmp_path / "later"
    async with browser_at(later) as browser:
        before = await browser.get("/graphql")
        await asyncio.to_thread(built.rename, later)
        after = await browser.get("/graphql")
    assert ("GraphiQL" in before.text, "GraphiQL" in after.text) == (False, True)


async def test_graphiql_may_load_and_reach_this_host_alone(built: Path) -> None:
    async with browser_at(built) as browser:
        page = await browser.get("/graphql")
    policy = page.headers["content-security-policy"].split("; ")
    nonce = re.findall(r'nonce="([\w-]+)"', page.text)
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'"} < set(policy)
    assert f"style-src 'self' 'nonce-{nonce[0]}'" in policy
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"""(?:src|href)="(?!/graphiql/|data:)""", page.text)


async def test_each_page_has_a_nonce_of_its_own(built: Path) -> None:
    async with browser_at(built) as browser:
        pages = [await browser.get("/graphql") for _ in range(2)]
    assert len({page.headers["content-security-policy"] for page in pages}) == 2


async def test_only_what_the_page_needs_is_served(built: Path) -> None:
    (built / "secret.txt").write_text("swordfish", "utf-8")
    async with browser_at(built) as browser:
        script = await browser.get("/graphiql/graphiql.js")
        others = [await browser.get(f"/graphiql/{name}") for name in ("secret.txt", "page.html")]
    assert (script.text, script.headers["content-type"][:15]) == (
        "let version = 1",
        "text/javascript",
    )
    assert [answer.status_code for answer in others] == [404, 404]
