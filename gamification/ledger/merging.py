"""What the books say when a member is to be merged into another: nothing of theirs stays behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.ledger import EntryKind
from gamification.ledger import states
from infra.database import Sql

# What activities give follows from the log, which whoever merges asks for itself.
_WITHOUT_ACTIVITY: Final = (EntryKind.ADJUST, EntryKind.HOLD, EntryKind.REDEEM)
_MOVED: Final = (
    "SELECT m.id FROM unnest($1::uuid[]) m (id) WHERE EXISTS ("
    " SELECT FROM points_entry e WHERE e.member_id = m.id AND e.kind = ANY($2))"
)


async def hold(tx: Sql, member_ids: Sequence[UUID]) -> set[UUID]:
    """Locks the members, given in the order of their ids, as the engine does.

    Tells whose points were moved by hand, held or spent, of which the log may know nothing.
    """
    await states.lock(tx, member_ids)
    rows = await tx.fetch(_MOVED, member_ids, _WITHOUT_ACTIVITY)
    return {row["id"] for row in rows}
