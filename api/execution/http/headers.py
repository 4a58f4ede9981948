"""What the server hands in beside a request: its headers, in one pass, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TypeAlias

Headers: TypeAlias = Mapping[bytes, bytes]
"""Values by names in lower case; of several by one name, the first."""

_KEPT_IN: Final = "laurels.headers"

INVITE: Final = "laurels_invite"
"""The cookie that keeps the code of the first invitation that was opened in a browser."""


def headers_of(scope: MutableMapping[str, Any]) -> Headers:
    """The headers of an ASGI scope, which are read once."""
    known: Headers | None = scope.get(_KEPT_IN)
    if known is None:
        known = scope[_KEPT_IN] = dict(reversed(scope["headers"]))
    return known


def text_of(headers: Headers, name: bytes) -> str | None:
    """A header's value; None where it was not sent."""
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def cookie_of(headers: Headers, name: str) -> str | None:
    """What a cookie keeps, as it was sent; None where there is none of this name."""
    sent = headers.get(b"cookie")
    if sent is None:
        return None
    for pair in sent.decode("latin-1").split(";"):
        known, _, kept = pair.strip().partition("=")
        if known == name:
            return kept or None
    return None


def address_of(scope: MutableMapping[str, Any]) -> str | None:
    """The client's address; None where there is none, as behind a Unix socket.

    Whom to believe about it is decided where the server is started.
    """
    client = scope.get("client")
    return client[0] if client else None
