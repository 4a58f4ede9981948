"""What an operation costs whom: counted for everybody, taken from buckets where these are on.

Each account has a bucket, and each address has one for all who come from it. An address is that of
many phones behind one router, so its bucket is ten times as large: it is there for visitors, who
have no other, and for whoever makes accounts by the dozen. An IPv6 address stands for its /64,
all of which one customer of a provider has.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network
from typing import Any, Final

from api.execution.errors import Code, Rejected
from domain.errors import RateLimited
from domain.members import Viewer
from domain.values import value
from infra.buckets import Bucket, Buckets, Level, Policy

MOST: Final = 10_000
"""Objects that an operation may cost. Source: behaviour.md, "Requests"."""

ACCOUNT: Final = Policy("account", capacity=50_000, refill=2_500)
"""Source: behaviour.md, "Requests"."""

ADDRESS: Final = Policy("address", capacity=500_000, refill=25_000)

READING: Final = 100
"""What a document costs that has to be parsed and validated first: as much CPU as so many objects.
It is paid beforehand, and counts towards the cost of the operation if there is one."""

Headers = list[tuple[bytes, bytes]]


@value
class Charge:
    """What an operation was charged: its cost, and what is left where buckets are on.

    With `refused` it must not run, and nothing was taken. `paid` is what buckets gave.
    """

    cost: int
    refused: Exception | None = None
    levels: tuple[Level, ...] = ()
    paid: int = 0

    @property
    def told(self) -> dict[str, Any]:
        """`extensions.cost` of the answer: what is left is that of the bucket with the least."""
        told = {"requested": self.cost, "limit": MOST}
        if self.levels:
            least = min(self.levels, key=lambda level: level.left)
            told |= {
                "available": least.left,
                "capacity": least.policy.capacity,
                "refillPerSecond": least.policy.refill,
            }
        return told

    @property
    def exceeded(self) -> str | None:
        """The limit that it was refused for: `cost` itself, or a bucket by its name."""
        if self.refused is None:
            return None
        empty = (one.policy.name for one in self.levels if one.left < self.cost)
        return next(empty, "cost")

    @property
    def headers(self) -> Headers:
        """`RateLimit` and its policies. Source: draft-ietf-httpapi-ratelimit-headers-09."""
        if not self.levels:
            return []
        left = ", ".join(
            f'"{one.policy.name}";r={one.left};t={_seconds(one.full_in)}' for one in self.levels
        )
        policies = tuple(one.policy for one in self.levels)
        return [(b"ratelimit-policy", _policies(policies)), (b"ratelimit", left.encode())]


class Charging:
    """Charges operations. Without buckets nothing is refused but what costs too much by itself."""

    def __init__(
        self,
        buckets: Buckets | None = None,
        *,
        account: Policy = ACCOUNT,
        address: Policy = ADDRESS,
    ) -> None:
        self._buckets = buckets
        self._account = account
        self._address = address

    @property
    def on(self) -> bool:
        """Whether there are buckets to take from."""
        return self._buckets is not None

    async def charge(
        self, cost: int, viewer: Viewer | None, address: str | None, *, paid: int = 0
    ) -> Charge:
        """Takes the cost of an operation, but for what was `paid`, from whoever sends it.

        Never raises.
        """
        if cost > MOST:
            return Charge(cost, _too_much(cost))
        if self._buckets is None:
            return Charge(cost)
        withdrawal = await self._buckets.take(cost - paid, self._buckets_of(viewer, address))
        if not withdrawal.granted:
            return Charge(cost, RateLimited(withdrawal.wait), withdrawal.levels)
        return Charge(cost, None, withdrawal.levels, paid=cost)

    async def charge_reading(self, viewer: Viewer | None, address: str | None) -> Charge:
        """Takes what it costs to find out what a document is. Never raises."""
        return await self.charge(READING, viewer, address)

    def _buckets_of(self, viewer: Viewer | None, address: str | None) -> Sequence[Bucket]:
        of_address = Bucket(self._address, network(address))
        if viewer is None:
            return (of_address,)
        return (Bucket(self._account, str(viewer.member_id)), of_address)


def _too_much(cost: int) -> Rejected:
    return Rejected(Code.QUERY_TOO_COMPLEX, "document.cost", cost=cost, limit=MOST)


@lru_cache(maxsize=4_096)
def network(address: str | None) -> str:
    """What shares a bucket: an IPv4 address, an IPv6 /64, or all of whom nothing is known."""
    if address is None:
        return "unknown"
    try:
        return str(IPv4Address(address))
    except AddressValueError:
        pass
    try:
        known = IPv6Address(address.partition("%")[0])
    except AddressValueError:
        return "unknown"
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), 64), strict=False))


@cache
def _policies(policies: tuple[Policy, ...]) -> bytes:
    written = (f'"{one.name}";q={one.capacity};w={_seconds(one.window / 1e6)}' for one in policies)
    return ", ".join(written).encode()


def _seconds(seconds: float) -> int:
    return -int(-seconds // 1)
