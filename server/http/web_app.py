"""The shopper's app at `/`, the console at `/console`, and the files that both are made of.

`web/build.sh` builds them from `web/`, and so does `make run`, beside the start, where Node is.
Where they are not built (an installed wheel, a machine without Node) `/` is the welcome page, which
says what is missing. Files under `/assets` have their hash in their name and are kept for ever;
pages, `sw.js` and the rest are asked for again each time. Every text lies beside a gzip and a
Brotli copy.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from server.settings import PROJECT

BUILT: Final = PROJECT / "web" / "dist"
SCREENS: Final = (
    "badges",
    "challenges",
    "check-in",
    "components",
    "compose",
    "coupons",
    "deals",
    "flash",
    "invite",
    "leaderboards",
    "me",
    "members",
    "membership",
    "messages",
    "my-posts",
    "points",
    "posts",
    "products",
    "redemptions",
    "rewards",
    "search",
    "settings",
    "show",
    "sign-in",
    "tiers",
    "topics",
)
"""First parts of the paths at which the app shows a screen; `web/src/app/screens.ts` has all."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{store}; "
    "img-src 'self' data: blob: https:; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ASSET: Final = re.compile(r"(?:console/)?[A-Za-z0-9_.-]+\.(?:js|css|svg|png|webp)")
_LOOSE: Final = {
    "/sw.js": "text/javascript",
    "/theme.js": "text/javascript",
    "/manifest.webmanifest": "application/manifest+json",
    "/icons/icon.svg": "image/svg+xml",
    "/icons/icon-180.png": "image/png",
    "/icons/icon-192.png": "image/png",
    "/icons/icon-512.png": "image/png",
    "/icons/icon-maskable-512.png": "image/png",
}
AppState = Literal["ready", "not_built", "no_node", "left_out"]
Answer = Callable[[Request], Awaitable[Response]]
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


def web_routes(
    welcome: Answer, *, object_store: str | None = None, built: Path = BUILT
) -> list[BaseRoute]:
    """`welcome` answers `/` and the screens' paths for as long as nothing is built.

    `object_store` is the address that photos are sent to, where that is another server's.
    """
    app = _WebApp(welcome, built, _POLICY.format(store=_origin(object_store)))
    pages = [Route(f"/{name}{rest}", app.shopper) for name in SCREENS for rest in ("", "/{_:path}")]
    return [
        Route("/", app.shopper),
        Route("/console", app.console),
        Route("/console/{_:path}", app.console),
        Route("/assets/{name:path}", app.asset),
        *(Route(path, app.loose) for path in _LOOSE),
        *pages,
    ]


def app_state(built: Path = BUILT) -> AppState:
    """Whether there is an app to show, and else what is missing."""
    if (built / "index.html").is_file():
        return "ready"
    if not (built.parent / "package.json").is_file():
        return "left_out"
    return "no_node" if shutil.which("npm") is None else "not_built"


class _WebApp:
    def __init__(self, welcome: Answer, built: Path, policy: str) -> None:
        self._welcome = welcome
        self._built = built
        self._policy = policy

    async def shopper(self, request: Request) -> Response:
        return await self._page(request, "index.html")

    async def console(self, request: Request) -> Response:
        return await self._page(request, "console.html")

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if _ASSET.fullmatch(name) is None:
            return Response(status_code=404)
        found = await self._file(request, f"assets/{name}", {"cache-control": _FOR_EVER})
        return found or Response(status_code=404)

    async def loose(self, request: Request) -> Response:
        path = request.url.path
        headers = {"cache-control": _ASK_AGAIN, "content-type": _LOOSE[path]}
        return await self._file(request, path[1:], headers) or Response(status_code=404)

    async def _page(self, request: Request, name: str) -> Response:
        headers = {
            "cache-control": _ASK_AGAIN,
            "content-security-policy": self._policy,
            "content-type": "text/html; charset=utf-8",
        }
        return await self._file(request, name, headers) or await self._welcome(request)

    async def _file(self, request: Request, name: str, headers: dict[str, str]) -> Response | None:
        """The file, in the smallest form that the browser takes; None where it is not there."""
        taken = request.headers.get("accept-encoding", "")
        for encoding, ending in _ENCODINGS:
            if encoding in taken:
                path = self._built / f"{name}{ending}"
                if await asyncio.to_thread(path.is_file):
                    packed = headers | {"content-encoding": encoding, "vary": "accept-encoding"}
                    return FileResponse(path, headers=packed, media_type=_type_of(name))
        path = self._built / name
        if not await asyncio.to_thread(path.is_file):
            return None
        return FileResponse(path, headers=headers | {"vary": "accept-encoding"})


def _type_of(name: str) -> str:
    types = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
    return types.get(Path(name).suffix, "image/svg+xml")


def _origin(store: str | None) -> str:
    """Where browsers send photos when no folder of ours takes them, as a policy names it."""
    if store is None or urlsplit(store).scheme in ("", "file"):
        return ""
    return " https:"
