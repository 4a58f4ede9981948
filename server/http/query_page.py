"""The query page for development: one file, no other host, no library."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse

from server.http.inline import hash_of

_FILE: Final = Path(__file__).parent / "static" / "query.html"


def query_page() -> HTMLResponse:
    """A response, and so an ASGI application, that may run its own script and style alone."""
    html = _FILE.read_text("utf-8")
    policy = (
        "default-src 'none'; connect-src 'self'; img-src data:; "
        f"script-src {hash_of(html, 'script')}; "
        f"style-src {hash_of(html, 'style')}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(html, headers=headers)
