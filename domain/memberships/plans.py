"""Plans of paid membership: a price for a period, and what it gives meanwhile.

A plan that changes becomes another version. A period keeps the version that it was paid by, and
the next renewal takes the newest one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.benefits import Benefit, check_benefits
from domain.errors import Invalid
from domain.money import payable
from domain.text import check_text

LONGEST_NAME: Final = 60  # user-perceived characters
LONGEST_PERIOD: Final = 3_660  # days
REMINDER_DAYS: Final = 7
_MOST_MULTIPLIER: Final = 1_000
_MOST_MONEY: Final = Decimal(10) ** 12
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Terms:
    """How long what lasts, in days. `reminder_days` before a period's end its payer is told."""

    period_days: int
    trial_days: int = 0
    reminder_days: int = REMINDER_DAYS


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A plan as its designer writes it. Benefits of None stay as they are.

    `price` is money of the programme's currency, in its main unit, for one period.
    """

    key: str
    name: str
    price: Decimal
    terms: Terms
    points_multiplier: Decimal = Decimal(1)
    benefits: tuple[Benefit, ...] | None = None


def check_plan(draft: PlanDraft, currency: str) -> None:
    """Refuses a plan that nobody could pay, or that could not be shown.

    Raises: Invalid, Conflict for a benefit that comes twice; each with the field it is about.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    if not draft.name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(draft.name, limit=LONGEST_NAME, field=("name",))
    if not 0 <= draft.price < _MOST_MONEY or payable(draft.price, currency) != draft.price:
        raise Invalid("membership.price", field=("price",), currency=currency)
    if not 0 < draft.points_multiplier <= _MOST_MULTIPLIER:
        raise Invalid("tier.multiplier", field=("pointsMultiplier",))
    _check_days("periodDays", draft.terms.period_days, least=1)
    _check_days("trialDays", draft.terms.trial_days, least=0)
    _check_days("reminderDays", draft.terms.reminder_days, least=0)
    check_benefits(draft.benefits or ())


def _check_days(name: str, days: int, *, least: int) -> None:
    if not least <= days <= LONGEST_PERIOD:
        raise Invalid("programme.count", field=(name,), least=least, most=LONGEST_PERIOD)
