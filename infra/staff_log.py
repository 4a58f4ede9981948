"""What staff did, with what was before and what is after: written once, never changed.

The database refuses to change or to take away any. Verbs of every layer write their own lines,
which say most; of those that do not, `infra.acting` writes what was asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from infra import acting
from infra.database import Sql
from infra.ids import Kind, encode_id, new_id

_BATCH: Final = 1_000
_KINDS: Final = {
    "POST": Kind.POST,
    "COMMENT": Kind.COMMENT,
    "MEMBER": Kind.MEMBER,
    "POLICY": Kind.POLICY,
    "WORD_LIST": Kind.WORD_LIST,
}


@dataclass(frozen=True, slots=True)
class StaffAction:
    """Who did what to whom. `before` and `after` are about the subject, as JSON can say it."""

    actor_id: UUID
    action: str
    subject_kind: str
    subject_id: UUID
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    done_at: datetime


_WRITTEN: Final = (
    "id", "actor_id", "action", "subject_kind", "subject_id", "before", "after", "done_at",
)  # fmt: skip


async def write(tx: Sql, done: StaffAction) -> None:
    """Writes an action down, in the transaction that does it."""
    await write_each(tx, [done])


async def write_each(tx: Sql, done: Sequence[StaffAction]) -> None:
    """Writes actions down, in this order."""
    rows = [
        (
            new_id(),
            one.actor_id,
            one.action,
            one.subject_kind,
            one.subject_id,
            orjson.dumps(dict(one.before), default=str).decode(),
            orjson.dumps(dict(one.after), default=str).decode(),
            one.done_at,
        )
        for one in done
    ]
    await tx.copy("staff_action", _WRITTEN, rows)
    acting.has_line()


async def since(sql: Sql, start: datetime) -> AsyncIterator[tuple[UUID, StaffAction]]:
    """Every action since then, with its id, oldest first."""
    at, last = start, UUID(int=0)
    while True:
        rows = await sql.fetch(
            "SELECT id, actor_id, action, subject_kind, subject_id, before, after, done_at"
            " FROM staff_action WHERE (done_at, id) > ($1, $2) ORDER BY done_at, id LIMIT $3",
            at,
            last,
            _BATCH,
        )
        for row in rows:
            values = dict(row) | {one: orjson.loads(row[one]) for one in ("before", "after")}
            yield values.pop("id"), StaffAction(**values)
        if len(rows) < _BATCH:
            return
        at, last = rows[-1]["done_at"], rows[-1]["id"]


def known_as(done: StaffAction) -> str:
    """The id by which clients know what an action was about; the key itself of what they do not."""
    kind = _KINDS.get(done.subject_kind)
    return str(done.subject_id) if kind is None else encode_id(kind, done.subject_id)
