"""What a paid membership gives: a multiplier of points, and benefits whose use the shop reports.

A membership counts for what occurred after its start and before its end, whenever it is
reported: "The triggering order earns at the tier held before it", and so at the membership held
before it. What each perk was worth is logged, so that the member can judge the fee; what refunds
take back is taken off when that is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID

from domain.errors import Invalid
from domain.ledger import Step
from domain.values import value

BENEFIT_USED: Final = "benefit.used"
POINTS: Final = "points"
"""The perk that is no benefit of the shop's: points beyond those without the membership."""

_AMOUNT: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_LONGEST_REF: Final = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """The perks of one version of a plan from one moment to another, both left out."""

    membership_id: UUID
    begins: datetime
    ends: datetime
    multiplier: Decimal
    currency: str
    benefits: frozenset[str]


@value
class Perk:
    """A perk that was used. `worth` is money of `currency`, exact, before any refund.

    `entry_number` is the award that was multiplied, 0 for a benefit.
    """

    member_id: UUID
    membership_id: UUID
    activity_id: UUID
    entry_number: int
    key: str
    worth: Decimal
    currency: str
    occurred_at: datetime
    order_ref: str | None


@dataclass(frozen=True, slots=True)
class BenefitUse:
    """The checked attributes of `benefit.used`. No currency: that of the plan."""

    benefit: str
    amount: Decimal
    currency: str | None
    order_ref: str | None


def standing_at(standings: Sequence[Standing], moment: datetime) -> Standing | None:
    """The one in force at a moment; None for no membership."""
    return next((one for one in standings if one.begins < moment < one.ends), None)


def extra_points(steps: Sequence[Step]) -> int:
    """How many points of an award the membership added, by the steps of its explanation.

    Without it the award would have been the amount before its step, rounded down, within the same
    limits.
    """
    without = Decimal(0)
    for step in steps:
        if step.key == "membership":
            with_it = int(steps[-1].amount)
            return max(with_it - int(without.to_integral_value(ROUND_FLOOR)), 0)
        without = step.amount
    return 0


def read_use(attributes: Mapping[str, Any]) -> BenefitUse:
    """Checks the attributes of `benefit.used`.

    Raises: Invalid, naming the attribute.
    """
    benefit, order_ref = attributes.get("benefit"), attributes.get("orderRef")
    amount, currency = attributes.get("amount"), attributes.get("currency")
    if not isinstance(benefit, str) or not _KEY.fullmatch(benefit):
        raise Invalid("programme.key", field=("attributes", "benefit"))
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise Invalid("order.money", field=("attributes", "amount"))
    if currency is not None and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        raise Invalid("order.currency", field=("attributes", "currency"))
    if order_ref is not None and not _is_ref(order_ref):
        raise Invalid("order.ref", field=("attributes", "orderRef"))
    return BenefitUse(benefit, Decimal(amount), currency, order_ref)


def _is_ref(written: object) -> bool:
    return isinstance(written, str) and bool(written.strip()) and len(written) <= _LONGEST_REF
