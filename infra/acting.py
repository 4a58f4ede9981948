"""What somebody of the staff is doing: written into their log with what it changes, whatever layer
changes it.

    with acting.doing("savePolicy", said) as act:
        ...                       # whoever may do it says who does: acting.by(member_id)

A transaction that is part of it writes the line before it commits, unless the verb has written one
of its own that says more (`infra.staff_log`). What changes nothing leaves no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

import orjson

from infra.ids import new_id


@dataclass(slots=True)
class Act:
    """What is done, about what, and in what words it was asked for.

    `tried` is whether a transaction was part of it, `written` whether the log has it.
    """

    action: str
    subject_kind: str
    subject_id: UUID
    said: Mapping[str, Any]
    actor_id: UUID | None = None
    tried: bool = False
    written: bool = False


class _Statements(Protocol):
    async def fetchval(self, query: str, *args: object) -> Any: ...  # noqa: ANN401


_PRESENT: Final[ContextVar[Act | None]] = ContextVar("laurels_act", default=None)


@contextmanager
def doing(act: Act) -> Iterator[Act]:
    """While it lasts, this task is at this act."""
    token = _PRESENT.set(act)
    try:
        yield act
    finally:
        _PRESENT.reset(token)


def by(member_id: UUID) -> None:
    """Says who of the staff is at the present act, if there is one."""
    act = _PRESENT.get()
    if act is not None:
        act.actor_id = member_id


def has_line() -> None:
    """Says that the log has a line of the present act already."""
    act = _PRESENT.get()
    if act is not None:
        act.written = True


async def write_down(sql: _Statements) -> bool:
    """Writes the present act down, where this transaction changed something; whether it did.

    Only a commit makes it true: call `has_line` after it.
    """
    act = _PRESENT.get()
    if act is None or act.actor_id is None or act.written:
        return False
    act.tried = True
    return await _write(sql, act, only_with_changes=True)


async def write_alone(sql: _Statements, act: Act) -> None:
    """Writes an act down whose work was done by others for it (`infra.together`)."""
    if act.actor_id is not None and not act.written and not act.tried:
        act.written = await _write(sql, act, only_with_changes=False)


_WRITE: Final = """
INSERT INTO staff_action
  (id, actor_id, action, subject_kind, subject_id, before, after, done_at)
SELECT $1, $2, $3, $4, $5, '{}', $6::jsonb,
  clock_timestamp() + CASE WHEN c.sandbox THEN c.ahead ELSE interval '0' END
FROM programme_clock c WHERE NOT $7 OR pg_current_xact_id_if_assigned() IS NOT NULL
RETURNING true
"""


async def _write(sql: _Statements, act: Act, *, only_with_changes: bool) -> bool:
    written = await sql.fetchval(
        _WRITE,
        new_id(),
        act.actor_id,
        act.action,
        act.subject_kind,
        act.subject_id,
        orjson.dumps(dict(act.said), default=str).decode(),
        only_with_changes,
    )
    return bool(written)
