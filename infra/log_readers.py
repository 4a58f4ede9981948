"""Readers of the activity log beside the engine: whoever tells, forwards or collects.

A reader sees what Laurels itself recorded about members, whether the engine has applied it yet or
not. It has a cursor for each partition, which it moves in the transaction that writes what it made
of a batch, below the transaction horizon like the engine's own (see `activity_log`). Any number of
processes may read for one reader: who finds a partition taken goes on to the next.
"""

from __future__ import annotations

from typing import Final

from domain.activity import LAURELS
from infra.activity_log import COLUMNS, PARTITIONS, Waiting, activity_of
from infra.database import Sql

# The source is written out: only then does every plan know of the index over these alone.
_BEYOND: Final = (
    f"a.source = '{LAURELS}' AND a.partition = {{partition}}"
    " AND (a.xid, a.sequence) > ({xid}, {sequence})"
    " AND a.xid < pg_snapshot_xmin(pg_current_snapshot())"
)


async def partitions_behind(sql: Sql, reader: str) -> list[int]:
    """The partitions in which this reader has not read everything."""
    beyond = _BEYOND.format(
        partition="p.n",
        xid="coalesce(r.cursor_xid, '0'::xid8)",
        sequence="coalesce(r.cursor_seq, 0)",
    )
    rows = await sql.fetch(
        f"SELECT p.n FROM generate_series(0, {PARTITIONS - 1}) p (n)"  # noqa: S608
        " LEFT JOIN activity_reader r ON r.reader = $1 AND r.partition = p.n"
        f" WHERE EXISTS (SELECT FROM activity a WHERE {beyond} OFFSET 0)",
        reader,
    )
    return [row["n"] for row in rows]


async def read(tx: Sql, reader: str, partition: int, limit: int) -> list[Waiting]:
    """The next activities of a partition, which this transaction now holds for the reader.

    Empty when there is nothing to read, or another transaction holds the partition.
    """
    await tx.execute(
        "INSERT INTO activity_reader (reader, partition) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        reader,
        partition,
    )
    held = await tx.fetchrow(
        "SELECT cursor_xid::text AS xid, cursor_seq AS seq FROM activity_reader"
        " WHERE reader = $1 AND partition = $2 FOR UPDATE SKIP LOCKED",
        reader,
        partition,
    )
    if held is None:
        return []
    beyond = _BEYOND.format(partition="$1", xid="$2::text::xid8", sequence="$3")
    rows = await tx.fetch(
        f"SELECT {COLUMNS}, a.xid::text AS xid, a.sequence FROM activity a"  # noqa: S608
        f" WHERE {beyond} ORDER BY a.xid, a.sequence LIMIT $4",
        partition,
        held["xid"],
        held["seq"],
        limit,
    )
    return [Waiting(activity_of(row), int(row["xid"]), row["sequence"]) for row in rows]


async def advance(tx: Sql, reader: str, partition: int, to: Waiting) -> None:
    """Moves the reader's cursor of a held partition behind `to`."""
    await tx.execute(
        "UPDATE activity_reader SET cursor_xid = $3::text::xid8, cursor_seq = $4"
        " WHERE reader = $1 AND partition = $2",
        reader,
        partition,
        str(to.xid),
        to.sequence,
    )


async def forget_foreign_cursors(sql: Sql) -> None:
    """Begins anew where a cursor counts the transactions of another server, as in a restored dump.

    Readers know by their own tables what they have told.
    """
    await sql.execute(
        "DELETE FROM activity_reader WHERE cursor_xid >= pg_snapshot_xmax(pg_current_snapshot())"
    )
