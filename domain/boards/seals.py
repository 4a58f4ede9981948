"""The seal of a closed season: a hash over its entries, chained to the season closed before it.

Anybody who has the entries can compute it again. SHA-256 throughout:

    digest(0)  = SHA-256 of "laurels.season.1"
    digest(k)  = SHA-256 of digest(k-1) and the lines of the k-th `CHUNK` entries
    seal       = SHA-256 of the head's line, the last digest, and the seal before (empty for none)

A line is UTF-8 and ends with a newline: rank, member, score, and the time of reaching it in
microseconds since 1970, separated by tabs. The head is the board's id, its key, the season's start
and end likewise, how many entries there are, and the number of the closing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.boards.board import Entry
from domain.calendar import BEGINNING
from domain.values import value

CHUNK: Final = 1_000
"""Entries of one step of the chain; the last one may have fewer."""

FIRST: Final = hashlib.sha256(b"laurels.season.1").digest()
_MICROSECOND: Final = timedelta(microseconds=1)


@value
class Head:
    """What a seal says of the season itself; `number` counts a board's closings from 1."""

    board_id: UUID
    key: str
    starts_at: datetime
    ends_at: datetime
    size: int
    number: int


def extend(digest: bytes, entries: Iterable[Entry]) -> bytes:
    """The next step of the chain over up to `CHUNK` entries, in the order of their ranks."""
    step = hashlib.sha256(digest)
    for one in entries:
        step.update(_line(one.rank, one.member_id, one.score, _micros(one.reached_at)))
    return step.digest()


def seal(head: Head, digest: bytes, previous: bytes) -> bytes:
    """The seal of a season whose entries come to `digest`."""
    written = _line(
        head.board_id,
        head.key,
        _micros(head.starts_at),
        _micros(head.ends_at),
        head.size,
        head.number,
    )
    return hashlib.sha256(written + digest + previous).digest()


def statement(head: Head, digest: bytes, previous: bytes, sealed_at: datetime) -> dict[str, Any]:
    """What is signed of a closed season; hashes are in hexadecimal, times in ISO 8601."""
    return {
        "board": head.key,
        "boardId": str(head.board_id),
        "startsAt": head.starts_at.isoformat(),
        "endsAt": head.ends_at.isoformat(),
        "size": head.size,
        "number": head.number,
        "digest": digest.hex(),
        "previous": previous.hex(),
        "seal": seal(head, digest, previous).hex(),
        "closedAt": sealed_at.isoformat(),
    }


def _micros(moment: datetime) -> int:
    return (moment - BEGINNING) // _MICROSECOND


def _line(*parts: object) -> bytes:
    return ("\t".join(map(str, parts)) + "\n").encode()
