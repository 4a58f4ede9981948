"""The app's files: the app where it is built, else what is missing; kept as long as true."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from server.http import web_app
from server.http.web_app import BUILT, SCREENS, app_state, web_routes

_SCREENS = BUILT.parent / "src" / "app" / "screens.ts"
_SCRIPT = "assets/app-1f2e3d4c.js"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as the build leaves it."""
    folder = tmp_path / "web" / "dist"
    (folder / "assets" / "console").mkdir(parents=True)
    (folder / "index.html").write_text("the app", "utf-8")
    (folder / "console.html").write_text("the console", "utf-8")
    (folder / _SCRIPT).write_text("let app = 1", "utf-8")
    (folder / f"{_SCRIPT}.gz").write_bytes(gzip.compress(b"let app = 1"))
    (folder / "sw.js").write_text("let kept = []", "utf-8")
    (folder / "documents.json").write_text("{}", "utf-8")
    return folder


def browser_at(built: Path, store: str | None = None) -> httpx.AsyncClient:
    async def welcome(_: Request) -> Response:
        return PlainTextResponse("what is missing")

    app = Starlette(routes=web_routes(welcome, object_store=store, built=built))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")


@pytest.mark.parametrize("path", ["/", "/challenges", "/posts/cG8B", "/badges/a.b-c"])
async def test_every_screen_is_the_app(built: Path, path: str) -> None:
    async with browser_at(built) as browser:
        page = await browser.get(path)
    assert page.text == "the app"
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/console", "/console/queue"])
async def test_the_console_has_a_page_of_its_own(built: Path, path: str) -> None:
    async with browser_at(built) as browser:
        assert (await browser.get(path)).text == "the console"


async def test_pages_run_nothing_that_stands_in_them(built: Path) -> None:
    async with browser_at(built) as browser:
        policy = (await browser.get("/")).headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


async def test_photos_may_go_to_an_object_store(built: Path) -> None:
    async with browser_at(built, "s3://pictures") as browser:
        policy = (await browser.get("/")).headers["content-security-policy"]
    assert "connect-src 'self' https:;" in policy


async def test_what_has_its_hash_in_its_name_is_kept_for_ever(built: Path) -> None:
    async with browser_at(built) as browser:
        script = await browser.get(f"/{_SCRIPT}", headers={"accept-encoding": "gzip"})
        worker = await browser.get("/sw.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.text == "let app = 1"
    assert worker.headers["cache-control"] == "no-cache"


async def test_who_takes_no_compression_gets_none(built: Path) -> None:
    async with browser_at(built) as browser:
        script = await browser.get(f"/{_SCRIPT}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in script.headers
    assert script.content == b"let app = 1"


@pytest.mark.parametrize(
    "path",
    ["/assets/../index.html", "/assets/%2e%2e/documents.json", "/documents.json", "/nothing"],
)
async def test_no_other_file_is_served(built: Path, path: str) -> None:
    async with browser_at(built) as browser:
        assert (await browser.get(path)).status_code == 404


async def test_until_it_is_built_the_page_says_what_is_missing(tmp_path: Path) -> None:
    async with browser_at(tmp_path / "dist") as browser:
        assert (await browser.get("/")).text == "what is missing"
        assert (await browser.get(f"/{_SCRIPT}")).status_code == 404


def test_what_is_missing_is_told_apart(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app_state(built) == "ready"
    assert app_state(tmp_path / "dist") == "left_out"
    (tmp_path / "package.json").touch()
    monkeypatch.setattr(web_app.shutil, "which", lambda _: "/usr/bin/npm")
    assert app_state(tmp_path / "dist") == "not_built"
    monkeypatch.setattr(web_app.shutil, "which", lambda _: None)
    assert app_state(tmp_path / "dist") == "no_node"


def test_the_server_knows_every_screen_of_the_app() -> None:
    paths = re.findall(r'path: "/([a-z-]+)', _SCREENS.read_text("utf-8"))
    assert set(paths) <= set(SCREENS)
