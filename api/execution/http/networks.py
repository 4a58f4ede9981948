"""From where somebody comes, as far as that tells people apart."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network


def network_of(address: str | None) -> str | None:
    """An IPv4 address, or an IPv6 /64; None for what everybody behind something else has."""
    if address is None:
        return None
    try:
        known = IPv4Address(address)
    except AddressValueError:
        return _network(address)
    return str(known) if known.is_global else None


def _network(address: str) -> str | None:
    try:
        known = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return None
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped) if known.ipv4_mapped.is_global else None
    return str(IPv6Network((known, 64), strict=False)) if known.is_global else None
