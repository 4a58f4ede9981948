"""How many likes members gave each other before, as far as it decides what a like counts for.

The rows are upserted in the order of their keys: whoever gives two likes at once through two
processes gives one after the other. Only the first like of a thing is ever counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.reactions import Given
from infra.database import Sql, columns

Pair = tuple[UUID, UUID]
"""Who gave, and to whom."""


class Tallies:
    """What was given before, to which likes are added one by one."""

    def __init__(self, by_day: Counter[UUID], by_pair: Counter[Pair]) -> None:
        self._by_day = by_day
        self._by_pair = by_pair

    def give(self, giver_id: UUID, author_id: UUID) -> Given:
        """What was given before this like, which is counted from now on."""
        pair = (giver_id, author_id)
        before = Given(
            today=self._by_day[giver_id],
            by_giver=self._by_pair[pair],
            by_author=self._by_pair[author_id, giver_id],
        )
        self._by_day[giver_id] += 1
        self._by_pair[pair] += 1
        return before


_GIVE_DAY: Final = """
INSERT INTO likes_given_on_day AS d (giver_id, day, given)
SELECT n.giver_id, $3, n.given FROM unnest($1::uuid[], $2::integer[]) n (giver_id, given)
ON CONFLICT (giver_id, day) DO UPDATE SET given = d.given + excluded.given
RETURNING giver_id, given
"""
_GIVE_MONTH: Final = """
INSERT INTO likes_given_in_month AS m (giver_id, author_id, month, given)
SELECT n.giver_id, n.author_id, $4, n.given
FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) n (giver_id, author_id, given)
ON CONFLICT (giver_id, author_id, month) DO UPDATE SET given = m.given + excluded.given
"""
_GIVEN: Final = """
SELECT m.giver_id, m.author_id, sum(m.given)::integer AS given
FROM unnest($1::uuid[], $2::uuid[]) n (giver_id, author_id)
JOIN likes_given_in_month m USING (giver_id, author_id)
WHERE m.month = ANY($3) GROUP BY 1, 2
"""


async def add(tx: Sql, pairs: Sequence[Pair], day: date) -> Tallies:
    """Counts these likes, given on a day of the programme; answers what was given before them."""
    by_giver, by_pair = Counter(giver for giver, _ in pairs), Counter(pairs)
    rows = await tx.fetch(_GIVE_DAY, *columns(sorted(by_giver.items()), 2), day)
    days = Counter({row["giver_id"]: row["given"] for row in rows})
    months = months_of(day)
    counted = [(*pair, given) for pair, given in sorted(by_pair.items())]
    await tx.execute(_GIVE_MONTH, *columns(counted, 3), months[0])
    both_ways = {*by_pair, *((author, giver) for giver, author in by_pair)}
    rows = await tx.fetch(_GIVEN, *columns(both_ways, 2), months)
    known = Counter({(row["giver_id"], row["author_id"]): row["given"] for row in rows})
    return Tallies(days - by_giver, known - by_pair)


def months_of(day: date) -> list[date]:
    """The first day of its month, and of the month before."""
    first = day.replace(day=1)
    return [first, (first - timedelta(days=1)).replace(day=1)]


async def forget(sql: Sql, today: date) -> None:
    """Drops what decides nothing any more."""
    await sql.execute("DELETE FROM likes_given_on_day WHERE day < $1", today - timedelta(days=1))
    await sql.execute("DELETE FROM likes_given_in_month WHERE month < $1", min(months_of(today)))
