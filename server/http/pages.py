"""Pages for those who have no app yet: what they share in looks, in headers, and for previews."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from infra.i18n import Locale, negotiate
from infra.pictures.store import Image
from server.http.inline import hash_of

WIDTH: Final = 1200
"""Of the pictures that they show, in pixels."""

_STATIC: Final = Path(__file__).parent / "static"
_UNAVAILABLE: Final = 503
_RETRY_AFTER: Final = "5"  # seconds


class Page:
    """A page of one file, to be filled in. `$card` in it stands for the looks that all share."""

    def __init__(self, name: str) -> None:
        looks = (_STATIC / "card.css").read_text("utf-8")
        frame = (_STATIC / name).read_text("utf-8").replace("$card", looks)
        self._frame = Template(frame)
        self._policy = (
            f"default-src 'none'; img-src 'self' https:; style-src {hash_of(frame, 'style')}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def filled(
        self, said: Mapping[str, str], *, html: Mapping[str, str] | None = None, vary: str = ""
    ) -> Response:
        """The page with what is said in it; `html` is set as it is. Nobody keeps it."""
        shown = {key: escape(text) for key, text in said.items()} | dict(html or {})
        headers = {
            "content-security-policy": self._policy,
            "cache-control": "no-store",
            "vary": f"{vary}accept-language",
        }
        return HTMLResponse(self._frame.substitute(shown), headers=headers)


def told(text: str, status: int) -> Response:
    """Why there is no page."""
    headers = {"cache-control": "no-store", "vary": "accept-language"}
    if status == _UNAVAILABLE:
        headers["retry-after"] = _RETRY_AFTER
    return PlainTextResponse(text, status, headers=headers)


def language(request: Request) -> Locale:
    """As the address says, for the pictures of previews; else as the reader's browser does."""
    return negotiate(request.query_params.get("lang") or request.headers.get("accept-language"))


def preview(image: Image | None, address: str) -> str:
    """What previews are told of a picture, as HTML. `address` is the deployment's."""
    card = '<meta name="twitter:card" content="{}">'
    if image is None:
        return card.format("summary")
    source = escape(f"{address}{image.path(WIDTH)}")
    alt = f'\n<meta property="og:image:alt" content="{escape(image.alt)}">' if image.alt else ""
    return f'<meta property="og:image" content="{source}">{alt}\n' + card.format(
        "summary_large_image"
    )


def photo(image: Image | None) -> str:
    """The picture itself, as HTML."""
    if image is None:
        return ""
    alt = escape(image.alt or "")
    size = f'width="{image.widths[0]}" height="{image.heights[0]}"'
    return f'<img src="{escape(image.path(WIDTH))}" alt="{alt}" {size}>'
