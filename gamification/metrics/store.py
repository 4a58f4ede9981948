"""Metrics and their days in the database, loaded and written for whole batches. Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from domain import calendar
from domain.activity import Activity
from domain.metrics import Count, MetricDefinition, digest_of
from domain.orders import Counted
from infra.activity_log import activity_of
from infra.database import Sql, columns
from infra.ids import new_id

DayKey = tuple[UUID, UUID, date]
"""Member, metric, day."""


async def metric_id(tx: Sql, definition: MetricDefinition) -> UUID:
    """The id of this metric, which is put on record when it is new."""
    found: UUID = await tx.fetchval(
        "INSERT INTO metric (id, digest, definition) VALUES ($1, $2, $3::jsonb)"
        " ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id",
        new_id(),
        digest_of(definition),
        orjson.dumps(definition.as_json()).decode(),
    )
    return found


async def metrics(sql: Sql, ids: Iterable[UUID]) -> Mapping[UUID, MetricDefinition]:
    """The definitions of these metrics."""
    rows = await sql.fetch("SELECT id, definition FROM metric WHERE id = ANY($1)", list(ids))
    return {row["id"]: MetricDefinition.from_json(orjson.loads(row["definition"])) for row in rows}


async def keep(tx: Sql, metric_id: UUID) -> None:
    """Begins to keep the days of a metric; one that is kept already stays as it is."""
    await tx.execute(
        "INSERT INTO metric_keeping (metric_id) VALUES ($1) ON CONFLICT DO NOTHING", metric_id
    )


async def stop_keeping(tx: Sql, metric_id: UUID) -> None:
    """Its days stay as they are and count for nothing; kept again, all are counted anew."""
    await tx.execute("DELETE FROM metric_keeping WHERE metric_id = $1", metric_id)


async def keep_anew(tx: Sql) -> None:
    """Lets all days be counted from the log once more, as after days began to begin elsewhere."""
    await tx.execute("UPDATE metric_keeping SET filled_to = NULL, complete = false")


async def kept(sql: Sql) -> dict[UUID, bool]:
    """The metrics whose days are kept, and whether all earlier activities are in them."""
    rows = await sql.fetch("SELECT metric_id, complete FROM metric_keeping")
    return {row["metric_id"]: row["complete"] for row in rows}


async def filled_to(sql: Sql, metric_id: UUID) -> UUID | None:
    """The last member whose earlier activities are counted; None where there is none yet."""
    found: UUID | None = await sql.fetchval(
        "SELECT filled_to FROM metric_keeping WHERE metric_id = $1", metric_id
    )
    return found


async def reach(tx: Sql, metric_id: UUID, member_id: UUID) -> None:
    """Writes down that everybody up to this member is counted."""
    await tx.execute(
        "UPDATE metric_keeping SET filled_to = $2 WHERE metric_id = $1", metric_id, member_id
    )


async def complete(tx: Sql, metric_id: UUID) -> None:
    """Writes down that the days of this metric are all there."""
    await tx.execute("UPDATE metric_keeping SET complete = true WHERE metric_id = $1", metric_id)


_ADD: Final = """
INSERT INTO metric_day AS d (member_id, metric_id, day, value)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::numeric[])
ON CONFLICT (member_id, metric_id, day) DO UPDATE SET value = d.value + excluded.value
"""


async def add(
    tx: Sql, kept_by_day: AbstractSet[UUID], counts: Sequence[Count], *, zone: ZoneInfo
) -> None:
    """Adds counts of members whose locks the caller holds to the days of metrics that are kept."""
    sums: dict[DayKey, Decimal] = {}
    for count in counts:
        if count.metric_id in kept_by_day and count.amount:
            day = calendar.day_of(count.counted_at, zone)
            key = (count.member_id, count.metric_id, day)
            sums[key] = sums.get(key, Decimal(0)) + count.amount
    if sums:
        rows = [(*key, amount) for key, amount in sorted(sums.items())]
        await tx.execute(_ADD, *columns(rows, 4))


async def days(
    sql: Sql, metric_id: UUID, member_ids: Sequence[UUID], *, since: date
) -> dict[UUID, dict[date, Decimal]]:
    """What the metric counts for each of the members, by day, from `since` on."""
    rows = await sql.fetch(
        "SELECT member_id, day, value FROM metric_day"
        " WHERE member_id = ANY($1) AND metric_id = $2 AND day >= $3",
        member_ids,
        metric_id,
        since,
    )
    found: dict[UUID, dict[date, Decimal]] = {member_id: {} for member_id in member_ids}
    for row in rows:
        found[row["member_id"]][row["day"]] = row["value"]
    return found


async def replace_days(
    tx: Sql, metric_ids: Sequence[UUID], member_ids: Sequence[UUID], rows: Mapping[DayKey, Decimal]
) -> None:
    """Writes all days of these metrics and locked members in place of those that there were."""
    await tx.execute(
        "DELETE FROM metric_day WHERE member_id = ANY($1) AND metric_id = ANY($2)",
        member_ids,
        metric_ids,
    )
    written = [(*key, amount) for key, amount in sorted(rows.items()) if amount]
    if written:
        await tx.copy("metric_day", ("member_id", "metric_id", "day", "value"), written)


_NOTE_COUNTED: Final = """
UPDATE shop_order o SET counted = o.counted || n.counted
FROM unnest($1::uuid[], $2::text[], $3::jsonb[]) n (member_id, ref, counted)
WHERE o.member_id = n.member_id AND o.ref = n.ref
"""


async def note_counted(tx: Sql, orders: Iterable[tuple[UUID, str, Mapping[UUID, Counted]]]) -> None:
    """Writes into orders what they added to metrics, so that refunds can take it back."""
    rows = [
        (
            member_id,
            ref,
            orjson.dumps(
                {str(key): [f"{one.amount:f}", one.whole] for key, one in counted.items()}
            ).decode(),
        )
        for member_id, ref, counted in orders
        if counted
    ]
    if rows:
        await tx.execute(_NOTE_COUNTED, *columns(rows, 3))


async def applied(
    sql: Sql, member_ids: Sequence[UUID], types: Sequence[str]
) -> dict[UUID, list[Activity]]:
    """The activities of these types that were applied to the members, in that order."""
    rows = await sql.fetch(
        "SELECT a.id, a.member_id, a.type, a.source, a.external_id, a.occurred_at, a.received_at,"
        " a.attributes, a.depth FROM activity a"
        " LEFT JOIN activity_application x ON x.activity_id = a.id"
        " WHERE a.member_id = ANY($1) AND a.type = ANY($2)"
        "   AND coalesce(a.applied_order, x.applied_order) IS NOT NULL"
        " ORDER BY coalesce(a.applied_order, x.applied_order)",
        member_ids,
        types,
    )
    found: defaultdict[UUID, list[Activity]] = defaultdict(list)
    for row in rows:
        found[row["member_id"]].append(activity_of(row))
    return found


async def members_after(
    sql: Sql, after: UUID | None, types: Sequence[str], *, limit: int, activities: int
) -> list[UUID]:
    """The next members who did anything of these types, in the order of their ids.

    So many that they are not more than `limit` and did not more than `activities`; one at least.
    """
    rows = await sql.fetch(
        "SELECT member_id, count(*) AS n FROM activity"
        " WHERE ($1::uuid IS NULL OR member_id > $1) AND type = ANY($2)"
        " GROUP BY member_id ORDER BY member_id LIMIT $3",
        after,
        types,
        limit,
    )
    found: list[UUID] = []
    for row in rows:
        activities -= row["n"]
        if found and activities < 0:
            break
        found.append(row["member_id"])
    return found
