"""The one predicate in SQL, for every statement that reads what members write.

A fragment is a condition over the row of a post (or comment) and three parameters of its
statement: who reads (`uuid`, null for a visitor), whether that is staff (`boolean`), and the
programme's present time (`timestamptz`). It says what `domain.posts.visibility` says; a test
compares the two in every case.
"""

from __future__ import annotations

from typing import Final

from domain.posts.visibility import KEPT_FOR_STAFF

_DAYS: Final = KEPT_FOR_STAFF.days


def author_is_shown(author: str, *, reader: str, staff: str, now: str) -> str:
    """Whether nothing stands between a reader and an author: no block of either, no suspension.

    `author` is a column; the others are placeholders such as `$1`.
    """
    return (
        f"({author} IS NOT DISTINCT FROM {reader}::uuid OR {staff}::boolean OR NOT ("  # noqa: S608 - own columns
        "EXISTS (SELECT FROM member_block b"
        f" WHERE b.blocker_id = {reader}::uuid AND b.blocked_id = {author})"
        " OR EXISTS (SELECT FROM member_block b"
        f" WHERE b.blocker_id = {author} AND b.blocked_id = {reader}::uuid)"
        " OR EXISTS (SELECT FROM member_suspension s"
        f" WHERE s.member_id = {author}"
        f" AND (s.ends_at IS NULL OR s.ends_at > {now}::timestamptz))))"
    )


def listed(piece: str, *, reader: str, staff: str, now: str) -> str:
    """Whether lists, feeds and search show the row `piece` (an alias) to the reader.

    It begins with `state = 'PUBLISHED'`, so that partial indexes serve it.
    """
    shown = author_is_shown(f"{piece}.author_id", reader=reader, staff=staff, now=now)
    return f"({piece}.state = 'PUBLISHED' AND {shown})"


def seen(piece: str, *, reader: str, staff: str, now: str) -> str:
    """Whether the reader may see the row `piece` (an alias) at all, as by its id."""
    return (
        f"({listed(piece, reader=reader, staff=staff, now=now)}"
        f" OR ({piece}.author_id = {reader}::uuid AND {piece}.state <> 'DELETED')"
        f" OR ({staff}::boolean AND {piece}.author_id IS DISTINCT FROM {reader}::uuid"
        f" AND ({piece}.state NOT IN ('DRAFT', 'DELETED')"
        f" OR ({piece}.state = 'DELETED' AND {piece}.submitted_at IS NOT NULL"
        f" AND {piece}.deleted_at > {now}::timestamptz - interval '{_DAYS} days'))))"
    )
