"""Whether a request comes from this very machine, and from somebody who meant to come here."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from starlette.requests import Request

_FORWARDED: Final = {"forwarded", "via", "x-forwarded-for", "x-real-ip"}


def is_from_this_machine(request: Request) -> bool:
    """True for a loopback address that asks for a loopback name.

    The address alone is not enough: a page of another site can let its own name point to
    127.0.0.1, and a browser on this machine then asks us in that name. A proxy on this machine
    is told apart by what it adds, whether it is trusted about it or not.
    """
    if not _FORWARDED.isdisjoint(request.headers):
        return False
    return _is_loopback(request.client.host if request.client else "") and _is_loopback(
        request.url.hostname or ""
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
