"""How a standing is written in Redis, so that Redis sorts exactly as PostgreSQL does.

A sorted set orders equal scores by the bytes of their elements, read backwards by ZREVRANGE. So an
element is 24 bytes, each inverted so that the smaller comes later: 8 of the time of reaching the
score in microseconds, 16 of the member's id. The score stays the plain integer, exact to 2^53.

A record, the argument of the scripts that write, is 40 bytes: score and version as big-endian
doubles (both are below 2^53), then the element.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from domain.boards import Entry
from gamification.leaderboards.store import StandingState

_EPOCH: Final = datetime.min.replace(tzinfo=UTC)  # no activity is older
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST_TIME: Final = 2**64 - 1
_LAST_ID: Final = 2**128 - 1
_TIME_BYTES: Final = 8
_ID_BYTES: Final = 16
_NUMBERS: Final = struct.Struct(">dd")


def member_field(member_id: UUID) -> bytes:
    """The member's id as elements and the companion hash write it."""
    return (_LAST_ID - member_id.int).to_bytes(_ID_BYTES)


def element(reached_at: datetime, member_id: UUID) -> bytes:
    """24 bytes; the greater ones rank higher among equal scores."""
    ticks = (reached_at - _EPOCH) // _MICROSECOND
    return (_LAST_TIME - ticks).to_bytes(_TIME_BYTES) + member_field(member_id)


def record(state: StandingState) -> bytes:
    """A state as the scripts take it."""
    return _NUMBERS.pack(state.score, state.version) + element(state.reached_at, state.member_id)


def entry_of(rank: int, written: bytes, score: bytes) -> Entry:
    """The entry that an element and its score stand for."""
    ticks = _LAST_TIME - int.from_bytes(written[:_TIME_BYTES])
    return Entry(
        rank=rank,
        member_id=UUID(int=_LAST_ID - int.from_bytes(written[_TIME_BYTES:])),
        score=int(float(score)),
        reached_at=_EPOCH + timedelta(microseconds=ticks),
    )
