"""Which web pages may open sockets: browsers say where a page came from, and cannot lie about it.

No cookie identifies anybody here, so a foreign page has no authority to borrow. It could still
spend a visitor's sockets and buckets, and that is nobody's wish.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

ANYWHERE: Final = "*"
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Origins:
    """The origins that are let in: those listed; without a list, that of the server itself."""

    def __init__(self, listed: Collection[str] = ()) -> None:
        self._listed = frozenset(origin.lower().rstrip("/") for origin in listed)

    def admit(self, origin: str | None, host: str | None) -> bool:
        """Whether a handshake with these headers may go on.

        Native apps send no origin. Of the server's own address only host and port are compared:
        behind a proxy it does not know whether it is reached by TLS.
        """
        if origin is None or ANYWHERE in self._listed:
            return True
        if self._listed:
            return origin.lower() in self._listed
        address = _address(origin)
        return address is not None and address == _address(f"{_scheme(origin)}://{host or ''}")


def _scheme(origin: str) -> str:
    return origin.partition("://")[0].lower()


def _address(url: str) -> tuple[str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None
