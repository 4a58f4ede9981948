"""What always holds of check-ins and streaks: as SQL, and by following every streak again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from domain import streaks
from gamification.streaks import store
from gamification.streaks.reading import attendances
from infra.database import Sql
from infra.invariants import Invariant
from infra.platform import Platform

INVARIANTS: Final = (
    Invariant(
        "Every day that a member checked in is in the activity log",
        "SELECT c.member_id, c.day FROM check_in c LEFT JOIN activity a"
        "   ON a.id = c.activity_id AND a.member_id = c.member_id AND a.type = 'day.checked_in'"
        " WHERE a.id IS NULL",
    ),
    Invariant(
        "Every check-in by Laurels counts for its day",
        "SELECT a.member_id, a.attributes ->> 'day' FROM activity a LEFT JOIN check_in c"
        "   ON c.member_id = a.member_id AND c.day = (a.attributes ->> 'day')::date"
        " WHERE a.source = 'laurels' AND a.type = 'day.checked_in' AND c.day IS NULL",
    ),
    Invariant(
        "A calendar shows the points that the ledger has",
        "SELECT c.member_id, c.day, c.points FROM check_in c LEFT JOIN points_entry e"
        "   ON e.member_id = c.member_id AND e.activity_id = c.activity_id AND e.kind = 'EARN'"
        " GROUP BY c.member_id, c.day HAVING"
        "   c.points <> coalesce(sum(greatest(e.available, e.pending)), 0)",
    ),
    Invariant(
        "Whoever checked in has a streak that ends with their last day",
        "SELECT member_id FROM streak s FULL JOIN (SELECT member_id, max(day) AS day"
        "   FROM check_in GROUP BY member_id) c USING (member_id)"
        " WHERE s.last_day IS DISTINCT FROM c.day",
    ),
    Invariant(
        "Every repair is in the activity log",
        "SELECT r.member_id, r.day FROM streak_repair r LEFT JOIN activity a"
        "   ON a.source = 'laurels' AND a.member_id = r.member_id"
        "   AND a.external_id = 'streak.repaired:' || r.member_id || ':' || r.day"
        " WHERE a.id IS NULL",
    ),
)

_PAGE: Final = 500


async def differing(platform: Platform) -> AsyncIterator[str]:
    """A line for each member whose streak is not what their days come to.

    All of it is read as of one moment, while everybody goes on working.
    """
    async with platform.database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        after = UUID(int=0)
        while members := await store.members_after(tx, after, _PAGE):
            after = members[-1]
            for line in await _differing(tx, members):
                yield line


async def _differing(sql: Sql, members: list[UUID]) -> list[str]:
    days = await store.days(sql, members)
    found: list[str] = []
    for member_id, known in (await attendances(sql, members)).items():
        followed = streaks.follow(days[member_id], known.spared)
        if followed != known.streak:
            found.append(f"member={member_id} streak={known.streak} days say {followed}")
    return found
