"""Money: an exact decimal amount of an ISO 4217 currency, rounded to what can be paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Final

_WHOLE: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS: Final = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
}
"""Digits of the minor unit where they are not two. Source: ISO 4217, list one."""


def payable(amount: Decimal, currency: str) -> Decimal:
    """The amount rounded down to the currency's minor unit: nobody is charged a part of a cent."""
    return amount.quantize(smallest(currency), ROUND_DOWN)


def smallest(currency: str) -> Decimal:
    """The currency's minor unit, as a part of its main one: 0.01 of most."""
    return Decimal(1).scaleb(-_DIGITS.get(currency, 2))
