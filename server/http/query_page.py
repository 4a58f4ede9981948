"""The query page for development: one file, no other host, no library."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse

_FILE: Final = Path(__file__).parent / "static" / "query.html"


def query_page() -> HTMLResponse:
    """A response, and so an ASGI application, that may run its own script and style alone."""
    html = _FILE.read_text("utf-8")
    policy = (
        "default-src 'none'; connect-src 'self'; img-src data:; "
        f"script-src '{_hash(html, 'script')}'; "
        f"style-src '{_hash(html, 'style')}'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"content-security-policy": policy, "cache-control": "no-store"}
    return HTMLResponse(html, headers=headers)


def _hash(html: str, element: str) -> str:
    match = re.search(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    if match is None:
        raise ValueError(f"{_FILE.name} has no <{element}>")
    digest = hashlib.sha256(match[1].encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
