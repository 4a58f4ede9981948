"""A bundle of rewards: points, a coupon, a badge, given together and once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from domain.errors import Invalid
from domain.ledger import MOST_POINTS
from domain.values import value

_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


@value
class Bundle:
    """What is given. `coupon` and `badge` are keys; points never expire."""

    points: int = 0
    coupon: str | None = None
    badge: str | None = None

    def __bool__(self) -> bool:
        return bool(self.points or self.coupon or self.badge)

    def as_json(self) -> dict[str, Any]:
        """As activities and versions write it down."""
        return {"points": self.points, "coupon": self.coupon, "badge": self.badge}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Bundle:
        return cls(written.get("points") or 0, written.get("coupon"), written.get("badge"))


NOTHING: Final = Bundle()


def check_bundle(bundle: Bundle, *, field: tuple[str, ...]) -> None:
    """Refuses what could not be given.

    Raises: Invalid, naming the field.
    """
    if not 0 <= bundle.points <= MOST_POINTS:
        raise Invalid("programme.count", field=(*field, "points"), least=0, most=MOST_POINTS)
    for name, key in (("couponKey", bundle.coupon), ("badgeKey", bundle.badge)):
        if key is not None and not _KEY.fullmatch(key):
            raise Invalid("programme.key", field=(*field, name))
