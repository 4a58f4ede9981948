"""What was there before: texts by their prints, pictures by their hashes. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from domain.moderation.intake.findings import Repeated, Twin
from domain.moderation.text.repeats import Print, alike
from infra.database import Sql
from infra.platform import Written

Fold: TypeAlias = Callable[[str], str]

MOST: Final = 5
"""So many of what is alike are named, the newest first."""

_COMPARED: Final = 20
_REFUSED: Final = frozenset({"REJECTED", "REMOVED"})

# The print of this text is kept by the same statement, which does not see it yet. Of many texts
# with a pair in common the newest are compared.
_TEXTS: Final = """
WITH kept AS (
  INSERT INTO text_print (subject_id, subject_kind, whole, pairs) VALUES ($1, $2, $3, $4)
  ON CONFLICT (subject_id) DO UPDATE SET whole = excluded.whole, pairs = excluded.pairs
), found AS (
  SELECT subject_id, subject_kind, whole FROM text_print
  WHERE (whole = $3 OR pairs && $4) AND subject_id <> $1
  ORDER BY (whole = $3) DESC, subject_id DESC LIMIT $5
)
SELECT f.subject_id, f.whole = $3 AS same, coalesce(p.author_id, c.author_id) AS author_id,
  coalesce(p.state, c.state) AS state, coalesce(p.text, c.text) AS text
FROM found f
LEFT JOIN post p ON f.subject_kind = 'POST' AND p.id = f.subject_id
LEFT JOIN comment c ON f.subject_kind = 'COMMENT' AND c.id = f.subject_id
WHERE coalesce(p.state, c.state) <> 'DELETED'
"""


@dataclass(frozen=True, slots=True)
class Text:
    """What is written, as it is compared."""

    written: Written
    folded: str
    print: Print


async def repeats(tx: Sql, text: Text, *, similar: float, fold: Fold) -> list[Repeated]:
    """What is like a text at least as much as `similar`, most alike first; keeps its print."""
    written, kept = text.written, text.print
    rows = await tx.fetch(_TEXTS, written.id, written.kind, kept.whole, list(kept.pairs), _COMPARED)
    found = [_repeated(row, text, fold) for row in rows]
    near = [one for one in found if one.alike >= similar]
    return sorted(near, key=lambda one: (-one.alike, not one.own))[:MOST]


def _repeated(row: asyncpg.Record, text: Text, fold: Fold) -> Repeated:
    return Repeated(
        row["subject_id"],
        own=row["author_id"] == text.written.author_id,
        refused=row["state"] in _REFUSED,
        alike=1.0 if row["same"] else alike(text.folded, fold(row["text"])),
    )


async def forget(tx: Sql, subject_id: UUID) -> None:
    """A text that is too short by now is found again by nothing."""
    await tx.execute("DELETE FROM text_print WHERE subject_id = $1", subject_id)


ALIKE: Final = 7
"""In how many bits of 64 pictures differ that count as the same: scaled, cut, compressed anew."""

_FLAT: Final = 6
"""Of so few bits, or all but so few, is what shows next to nothing: that is like many others."""

_PARTS: Final = 4
_PART_BITS: Final = 16
_PART: Final = (1 << _PART_BITS) - 1
_BITS: Final = 64
_WHOLE: Final = 2**_BITS

_LOOKS: Final = "SELECT image_id, hash, mirror_hash FROM member_image WHERE image_id = ANY($1)"

# One part of two hashes that are so much alike differs in one bit at most: what has such a part is
# found by the index, and counted bit by bit.
_PHOTOS: Final = """
WITH near AS MATERIALIZED (
  SELECT m.image_id, m.hash FROM member_image m WHERE hash_parts(m.hash) && $4::integer[]
), alike AS (
  SELECT n.image_id, w.image_id AS of,
    least(bit_count((n.hash # w.hash)::bit(64)), bit_count((n.hash # w.mirror)::bit(64))) AS bits
  FROM near n, unnest($1::uuid[], $2::bigint[], $3::bigint[]) w (image_id, hash, mirror)
)
SELECT a.image_id, a.of, a.bits, x.post_id, p.author_id FROM alike a
JOIN post_image x ON x.image_id = a.image_id JOIN post p ON p.id = x.post_id
WHERE a.bits <= $6 AND x.post_id <> $5 AND p.submitted_at IS NOT NULL AND p.state <> 'DELETED'
ORDER BY a.bits, x.post_id DESC LIMIT $7
"""


async def photos(tx: Sql, written: Written) -> list[Twin]:
    """Pictures of other posts that look like those of this one, or their mirror images."""
    rows = await tx.fetch(_LOOKS, list(written.image_ids))
    looks = [row for row in rows if _shows_something(row["hash"] % _WHOLE)]
    if not looks:
        return []
    found = await tx.fetch(
        _PHOTOS,
        [row["image_id"] for row in looks],
        [row["hash"] for row in looks],
        [row["mirror_hash"] for row in looks],
        sorted({part for row in looks for part in _near(row["hash"], row["mirror_hash"])}),
        written.id,
        ALIKE,
        MOST,
    )
    return [_twin(row, written.author_id) for row in found]


def _twin(row: asyncpg.Record, author_id: UUID) -> Twin:
    own = row["author_id"] == author_id
    return Twin(row["of"], row["image_id"], row["post_id"], own=own, bits=row["bits"])


def _shows_something(hashed: int) -> bool:
    return _FLAT < hashed.bit_count() < _BITS - _FLAT


def _near(*hashes: int) -> Iterator[int]:
    """The parts of these hashes, and all that differ from one of them in one bit."""
    for hashed in hashes:
        for place in range(_PARTS):
            part = (hashed >> (place * _PART_BITS)) & _PART
            for one in _one_off(part):
                yield one + (place << _PART_BITS)


def _one_off(part: int) -> Iterable[int]:
    flipped: Sequence[int] = [part ^ (1 << bit) for bit in range(_PART_BITS)]
    return (part, *flipped)
