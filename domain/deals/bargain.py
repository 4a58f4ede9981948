"""The bargain's formula: how much each friend cuts, settled by a secret number before any comes.

The cuts follow from a seed that is drawn when the bargain starts. What is published then is a
digest of the seed together with the terms, the *commitment*; the seed itself is published when the
bargain is over. So nobody can guess a cut, the cuts depend on nobody and on no time but only on who
is first, second and so on, and afterwards everybody can work all of them out:

    left = start - floor, in the currency's smallest unit
    the n-th of `size` friends, of whom k = size - n + 1 are still to come, cuts
        the last:  left
        another:   1 + draw mod (2 × (left - k) div k + 1)
    where draw is SHA-256(seed, n - 1 as four bytes, big-endian) as a number, big-endian

Each cut is at least one unit, leaves at least one for everybody who is still to come, and is on
average the same for all of them. Together they are start - floor, exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.money import smallest
from domain.values import value

SEED_BYTES: Final = 32


@value
class Terms:
    """What a bargain's cuts follow from, beside its seed. `amount` is in smallest units."""

    deal_id: UUID
    amount: int
    size: int


def amount_of(start: Decimal, floor: Decimal, currency: str) -> int:
    """What there is to be cut off, in the currency's smallest units."""
    return int((start - floor) / smallest(currency))


def commitment(terms: Terms, seed: bytes) -> str:
    """The digest that is published at the start, as 64 hexadecimal digits.

    SHA-256 of `<id>:<amount>:<size>:<seed>` in ASCII, the id as a UUID and the seed as it is
    written: in lower-case hexadecimal digits.
    """
    said = f"{terms.deal_id}:{terms.amount}:{terms.size}:{seed.hex()}"
    return hashlib.sha256(said.encode("ascii")).hexdigest()


def cuts(terms: Terms, seed: bytes) -> Sequence[int]:
    """What each of the friends cuts, in the order of their coming, in smallest units.

    Source: the formula above.
    """
    left, found = terms.amount, list[int]()
    for place in range(terms.size):
        coming = terms.size - place
        drawn = hashlib.sha256(seed + place.to_bytes(4)).digest()
        spread = 2 * (left - coming) // coming + 1
        cut = left if coming == 1 else 1 + int.from_bytes(drawn) % spread
        found.append(cut)
        left -= cut
    return found


def price_of(units: int, currency: str) -> Decimal:
    """So many smallest units as money."""
    return units * smallest(currency)
