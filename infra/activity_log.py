"""The activity log: immutable facts about members, recorded in the caller's own transaction.

Whoever records an activity either applies it in the same transaction (then it carries its place
in the order of application) or leaves it to the consumer of the member's partition. A consumer
reads below the transaction horizon in `(xid, sequence)` order and moves its cursor in the
transaction that writes the effects: a cursor on the sequence alone would skip activities whose
transactions commit out of order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.activity import Activity
from infra.database import Sql, columns

PARTITIONS: Final = 16
_LEASE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An activity that nobody has applied yet, and its place in its partition."""

    activity: Activity
    xid: int
    sequence: int


def partition_of(member_id: UUID) -> int:
    """The log partition that a member's activities go through."""
    return member_id.bytes[-1] % PARTITIONS


def as_json(attributes: object) -> bytes | None:
    """Attributes as the log writes them; None for what JSON or PostgreSQL could not hold."""
    try:
        return orjson.dumps(attributes)
    except TypeError:
        return None


def digest_of(activity: Activity) -> bytes:
    """16 bytes that tell whether two activities of one name say the same."""
    canonical = orjson.dumps(
        [
            str(activity.member_id),
            activity.type,
            activity.occurred_at.astimezone(UTC),
            activity.attributes,
        ],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.blake2b(canonical, digest_size=16).digest()


_WRITTEN: Final = (
    "id", "member_id", "partition", "type", "source", "external_id", "occurred_at", "received_at",
    "attributes", "digest", "depth", "applied_order", "programme_version",
)  # fmt: skip


async def record(
    sql: Sql, activities: Sequence[Activity], *, applied: bool, version: int | None = None
) -> None:
    """Appends activities in this order; `applied` says that this transaction applies them too.

    `version` is that of the programme by which it does.
    """
    if not activities:
        return
    orders: Sequence[int | None] = [None] * len(activities)
    if applied:
        orders = await _next_orders(sql, len(activities))
    rows = [
        (
            one.id,
            one.member_id,
            partition_of(one.member_id),
            one.type,
            one.source,
            one.external_id,
            one.occurred_at,
            one.received_at,
            orjson.dumps(one.attributes).decode(),
            digest_of(one),
            one.depth,
            order,
            version,
        )
        for one, order in zip(activities, orders, strict=True)
    ]
    await sql.copy("activity", _WRITTEN, rows)


async def _next_orders(sql: Sql, count: int) -> list[int]:
    rows = await sql.fetch(
        "SELECT nextval('activity_applied_order') AS n FROM generate_series(1, $1)", count
    )
    return [row["n"] for row in rows]


COLUMNS: Final = (
    "a.id, a.member_id, a.type, a.source, a.external_id, a.occurred_at, a.received_at,"
    " a.attributes, a.depth"
)
"""What `activity_of` reads of the table `activity a`."""


def activity_of(row: asyncpg.Record) -> Activity:
    """A row of the log as a value."""
    return Activity(
        id=row["id"],
        member_id=row["member_id"],
        type=row["type"],
        source=row["source"],
        external_id=row["external_id"],
        occurred_at=row["occurred_at"],
        received_at=row["received_at"],
        attributes=orjson.loads(row["attributes"]),
        depth=row["depth"],
    )


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Activity]:
    """The activities with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"SELECT {COLUMNS} FROM activity a WHERE a.id = ANY($1)", ids)  # noqa: S608
    return {row["id"]: activity_of(row) for row in rows}


async def known(
    sql: Sql, names: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[Activity, bytes]]:
    """Those of the names `(source, external id)` that the log has, with their digests."""
    # OFFSET 0 keeps the planner from reading a whole log, while it is young, for a thousand names.
    rows = await sql.fetch(
        f"SELECT {COLUMNS}, a.digest FROM unnest($1::text[], $2::text[]) n (source, external_id)"  # noqa: S608
        " CROSS JOIN LATERAL (SELECT * FROM activity"
        "   WHERE source = n.source AND external_id = n.external_id OFFSET 0) a",
        *columns(names, 2),
    )
    return {(row["source"], row["external_id"]): (activity_of(row), row["digest"]) for row in rows}


async def waiting_of(sql: Sql, member_ids: Sequence[UUID]) -> list[Activity]:
    """Activities of these members that nobody applied yet, in their order.

    The caller holds the members' locks, so that what it sees stays waiting until it commits.
    """
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM activity a"  # noqa: S608
        " JOIN activity_partition p USING (partition)"
        " WHERE a.member_id = ANY($1) AND a.applied_order IS NULL"
        "   AND (a.xid, a.sequence) > (p.cursor_xid, p.cursor_seq)"
        "   AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)"
        " ORDER BY a.xid, a.sequence",
        member_ids,
    )
    return [activity_of(row) for row in rows]


async def still_waiting(sql: Sql, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that nobody applied meanwhile."""
    rows = await sql.fetch(
        "SELECT i.id FROM unnest($1::uuid[]) i (id)"
        " WHERE NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = i.id)",
        ids,
    )
    return {row["id"] for row in rows}


async def mark_applied(
    sql: Sql, ids: Sequence[UUID], at: datetime, *, version: int | None = None
) -> None:
    """Writes down, in this order, that these waiting activities are applied now.

    `version` is that of the programme by which they are.
    """
    await sql.execute(
        "INSERT INTO activity_application (activity_id, applied_at, programme_version)"
        " SELECT i.id, $2, $3 FROM unnest($1::uuid[]) WITH ORDINALITY i (id, n) ORDER BY i.n",
        ids,
        at,
        version,
    )


async def lease(sql: Sql, owner: UUID, *, fair_share: int) -> list[int]:
    """Renews this owner's partitions, takes free ones up to the share, and tells which it has."""
    await sql.execute(
        "UPDATE activity_partition SET leased_until = clock_timestamp() + $2 WHERE owner = $1",
        owner,
        _LEASE,
    )
    rows = await sql.fetch(
        "WITH mine AS (SELECT count(*) AS n FROM activity_partition WHERE owner = $1),"
        " free AS (SELECT partition FROM activity_partition"
        "   WHERE leased_until < clock_timestamp() OR owner IS NULL"
        "   ORDER BY partition LIMIT greatest($3 - (SELECT n FROM mine), 0)"
        "   FOR UPDATE SKIP LOCKED),"
        " taken AS (UPDATE activity_partition p"
        "   SET owner = $1, leased_until = clock_timestamp() + $2"
        "   FROM free WHERE p.partition = free.partition RETURNING p.partition)"
        " SELECT partition FROM taken UNION"
        " SELECT partition FROM activity_partition WHERE owner = $1 ORDER BY 1",
        owner,
        _LEASE,
        fair_share,
    )
    return [row["partition"] for row in rows]


async def release(sql: Sql, owner: UUID) -> None:
    """Gives all of this owner's partitions back."""
    await sql.execute(
        "UPDATE activity_partition SET owner = NULL, leased_until = '-infinity' WHERE owner = $1",
        owner,
    )


async def forget_foreign_cursors(sql: Sql) -> None:
    """Puts cursors back that count the transactions of another server, as after a restored dump.

    They would skip everything recorded here until this server had counted as far. Reading anew
    repeats nothing: what was applied says so.
    """
    await sql.execute(
        "UPDATE activity_partition SET cursor_xid = '0', cursor_seq = 0"
        " WHERE cursor_xid >= pg_snapshot_xmax(pg_current_snapshot())"
    )


async def partitions_with_work(sql: Sql, partitions: Sequence[int]) -> list[int]:
    """Those of the partitions that have activities beyond their cursor, below the horizon."""
    # OFFSET 0: each partition is looked at for itself, where one join would read all that waited.
    rows = await sql.fetch(
        "SELECT p.partition FROM activity_partition p WHERE p.partition = ANY($1::smallint[])"
        " AND EXISTS (SELECT FROM activity a WHERE a.partition = p.partition"
        "   AND a.applied_order IS NULL"
        "   AND (a.xid, a.sequence) > (p.cursor_xid, p.cursor_seq)"
        "   AND a.xid < pg_snapshot_xmin(pg_current_snapshot()) OFFSET 0)",
        partitions,
    )
    return [row["partition"] for row in rows]


async def read_partition(sql: Sql, partition: int, owner: UUID, limit: int) -> list[Waiting]:
    """The next activities of a partition, which this transaction now holds for its owner.

    Empty when there is nothing to do or when the lease went to somebody else.
    """
    held = await sql.fetchrow(
        "SELECT cursor_xid::text AS xid, cursor_seq AS seq FROM activity_partition"
        " WHERE partition = $1 AND owner = $2 FOR UPDATE",
        partition,
        owner,
    )
    if held is None:
        return []
    rows = await sql.fetch(
        f"SELECT {COLUMNS}, a.xid::text AS xid, a.sequence FROM activity a"  # noqa: S608
        " WHERE a.partition = $1 AND a.applied_order IS NULL"
        "   AND (a.xid, a.sequence) > ($2::text::xid8, $3)"
        "   AND a.xid < pg_snapshot_xmin(pg_current_snapshot())"
        " ORDER BY a.xid, a.sequence LIMIT $4",
        partition,
        held["xid"],
        held["seq"],
        limit,
    )
    return [Waiting(activity_of(row), int(row["xid"]), row["sequence"]) for row in rows]


async def advance(sql: Sql, partition: int, to: Waiting) -> None:
    """Moves the cursor of a held partition behind `to`."""
    await sql.execute(
        "UPDATE activity_partition SET cursor_xid = $2::text::xid8, cursor_seq = $3"
        " WHERE partition = $1",
        partition,
        str(to.xid),
        to.sequence,
    )
