"""How a standing is written in Redis, so that Redis sorts exactly as PostgreSQL does.

A sorted set orders elements by a double, equal ones by their bytes, read backwards by ZREVRANGE.
Within the 53 bits of the double stand the score and, in its lower `bits`, the time of reaching it
as one of 2^bits slots, inverted so that the earlier comes first:

    packed = score · 2^bits + (2^bits - 1 - slot)

Time is counted in ticks from the layout's origin, two slots a tick. A time that is a whole number
of ticks has the first of them, and its element is the member's inverted id alone, 16 bytes: most
are such, as shops tell times in seconds or milliseconds. Any other time has the second, and its
element begins with the inverted time in microseconds, 24 bytes; where to find it stands in a hash
beside. So the order is exact to the microsecond, and what is usual is small. Slot 0 is for all
times before the origin, the last one for all behind the span, both in the long form; with no bits
for the time (for scores that need all of them) every element is of that form.

Each copy has a layout of its own, chosen when it is built; a score that no longer fits is told,
and the copy is built anew.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.boards import Entry, order
from domain.calendar import BEGINNING
from gamification.leaderboards.store import StandingState

_MICROSECOND: Final = timedelta(microseconds=1)
_DOUBLE: Final = 53
_LAST_TIME: Final = 2**64 - 1
_LAST_ID: Final = 2**128 - 1
_TIME_BYTES: Final = 8
_ID_BYTES: Final = 16
_NUMBERS: Final = struct.Struct(">dd")
_TICKS: Final = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 60_000_000)
_HEADROOM: Final = 4
"""So many times the highest score still fits into the layout."""

_LEAST: Final = 10_000
"""Scores that fit in any case."""

_FEWEST_BITS: Final = 2


@dataclass(frozen=True, slots=True)
class Layout:
    """`bits` for the time, `tick` and `origin` (since 1970) in microseconds."""

    bits: int
    tick: int
    origin: int

    def __str__(self) -> str:
        """As the scripts read it."""
        return f"{self.bits} {self.tick} {self.origin}"

    @classmethod
    def parse(cls, written: bytes) -> Layout:
        bits, tick, origin = written.split()
        return cls(int(bits), int(tick), int(origin))


def layout_for(highest: int, first: datetime, last: datetime) -> Layout:
    """The layout for scores up to some times `highest`, reached from `first` to about `last`.

    The finest tick that spans the time. Where none does, times behind it are of the long form.
    """
    bits = _DOUBLE - max(highest * _HEADROOM, _LEAST).bit_length()
    if bits < _FEWEST_BITS:
        return Layout(0, 1, 0)
    origin, until = _micros(first), _micros(last)
    ticks = 2 ** (bits - 1) - 1
    tick = next((one for one in _TICKS if (until - origin) // one < ticks), _TICKS[-1])
    return Layout(bits, tick, origin // tick * tick)


def member_field(member_id: UUID) -> bytes:
    """The member's id as elements and hashes write it."""
    return (_LAST_ID - member_id.int).to_bytes(_ID_BYTES)


def record(state: StandingState) -> bytes:
    """A state as the scripts take it: score and version, the inverted time, the member's id."""
    numbers = _NUMBERS.pack(state.score, state.version)
    time = (_LAST_TIME - _micros(state.reached_at)).to_bytes(_TIME_BYTES)
    return numbers + time + member_field(state.member_id)


def place_of(written: bytes) -> tuple[int, datetime, UUID]:
    """A record's place in the order of boards."""
    score, _ = _NUMBERS.unpack_from(written)
    micros = _LAST_TIME - int.from_bytes(written[_NUMBERS.size : -_ID_BYTES])
    member_id = UUID(int=_LAST_ID - int.from_bytes(written[-_ID_BYTES:]))
    return order(int(score), BEGINNING + timedelta(microseconds=micros), member_id)


def entry_of(layout: Layout, rank: int, element: bytes, packed: bytes) -> Entry:
    """The entry that an element and its packed score stand for."""
    score, rest = divmod(int(float(packed)), 2**layout.bits)
    if len(element) > _ID_BYTES:
        micros = _LAST_TIME - int.from_bytes(element[:_TIME_BYTES])
    else:
        slot = 2**layout.bits - 1 - rest
        micros = layout.origin + (slot - 1) // 2 * layout.tick
    return Entry(
        rank=rank,
        member_id=UUID(int=_LAST_ID - int.from_bytes(element[-_ID_BYTES:])),
        score=score,
        reached_at=BEGINNING + timedelta(microseconds=micros),
    )


def _micros(moment: datetime) -> int:
    return (moment - BEGINNING) // _MICROSECOND
