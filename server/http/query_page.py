"""The query page for development, from local files alone: GraphiQL where it is built, else our own.

`make graphiql` builds GraphiQL from `web/graphiql`, and so does `make run`, beside the start, where
npm is present. An installed wheel has no such folder and shows the page of our own: one file
without a library. Neither may load anything from another host.
"""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.inline import hash_of
from server.settings import PROJECT

BUILT: Final = PROJECT / "web" / "graphiql" / "dist"
_FILES: Final = ("graphiql.js", "graphiql.css", "graphiql.js.LEGAL.txt")
_OWN: Final = Path(__file__).parent / "static" / "query.html"
_POLICY: Final = (
    "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src {script}; style-src {style}"
)


def query_page(built: Path = BUILT) -> ASGIApp:
    """What browsers see at `/graphql`; decided anew for each, for GraphiQL may just be built."""
    return _QueryPage(built)


class _QueryPage:
    def __init__(self, built: Path) -> None:
        self._built = built
        self._own = _own_page()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        graphiql = await asyncio.to_thread(_graphiql, self._built)
        await (graphiql or self._own)(scope, receive, send)


def query_page_files(built: Path = BUILT) -> Route:
    """GraphiQL's script and style, whose address the page changes with each build."""

    async def file(request: Request) -> Response:
        path = built / request.path_params["name"]
        if path.name not in _FILES or not await asyncio.to_thread(path.is_file):
            return Response(status_code=404)
        return FileResponse(path, headers={"cache-control": "max-age=31536000, immutable"})

    return Route("/graphiql/{name}", file)


def _graphiql(built: Path) -> HTMLResponse | None:
    """The page may run the script and the style of `built`, and whatever style the script adds.

    GraphiQL's dialogs and menus add some to keep what is behind them from scrolling. They name
    the nonce, which is why each page has its own. None where GraphiQL is not built.
    """
    try:
        frame, built_at = built.joinpath("page.html").read_text("utf-8"), built.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    nonce = secrets.token_urlsafe(16)
    page = Template(frame).substitute(nonce=nonce, version=f"{built_at:x}")
    return _response(page, script="'self'", style=f"'self' 'nonce-{nonce}'")


def _own_page() -> HTMLResponse:
    """A page that may run its own script and style alone."""
    html = _OWN.read_text("utf-8")
    return _response(html, script=hash_of(html, "script"), style=hash_of(html, "style"))


def _response(html: str, *, script: str, style: str) -> HTMLResponse:
    policy = _POLICY.format(script=script, style=style)
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(html, headers=headers)
