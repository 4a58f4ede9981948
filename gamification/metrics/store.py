"""Metrics and their days in the database, loaded and written for whole batches. Never commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import orjson

from domain.activity import Activity
from domain.metrics import Count, Measure, MetricDefinition, digest_of
from domain.metrics.tallies import Tally, kept_on
from domain.orders import Counted
from domain.programme import Programme
from domain.values import value
from infra.activity_log import activity_of
from infra.database import Sql, columns
from infra.ids import new_id

DayKey = tuple[UUID, UUID, date]
"""Member, metric, day."""

ItemKey = tuple[UUID, UUID, date, str]
"""Member, metric, day, item."""


@value
class Wanted:
    """A kept metric of which everything from a day on is asked for."""

    metric_id: UUID
    measure: Measure
    since: date

    @property
    def of_items(self) -> bool:
        return self.measure is Measure.DISTINCT


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


async def keep(tx: Sql, metric_id: UUID, reader: str) -> None:
    """Begins to keep the days of a metric for a reader; one that is kept stays as it is."""
    await tx.execute(
        "INSERT INTO metric_keeping (metric_id) VALUES ($1) ON CONFLICT DO NOTHING", metric_id
    )
    await tx.execute(
        "INSERT INTO metric_reader (metric_id, reader) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        metric_id,
        reader,
    )


async def stop_keeping(tx: Sql, metric_id: UUID, reader: str) -> None:
    """Keeps the metric no longer for this reader, nor at all if it was the last.

    The days stay as they are and count for nothing; kept again, all are counted anew.
    """
    await tx.execute(
        "DELETE FROM metric_reader WHERE metric_id = $1 AND reader = $2", metric_id, reader
    )
    await tx.execute(
        "DELETE FROM metric_keeping k WHERE metric_id = $1"
        " AND NOT EXISTS (SELECT FROM metric_reader r WHERE r.metric_id = k.metric_id)",
        metric_id,
    )


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


_ADD_DAYS: Final = """
INSERT INTO metric_day AS d (member_id, metric_id, day, value)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::numeric[])
ON CONFLICT (member_id, metric_id, day) DO UPDATE SET value = d.value + excluded.value
"""

_ADD_ITEMS: Final = """
INSERT INTO metric_item AS i (member_id, metric_id, day, item, value)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::numeric[])
ON CONFLICT (member_id, metric_id, day, item) DO UPDATE SET value = i.value + excluded.value
"""


async def add(tx: Sql, programme: Programme, counts: Sequence[Count]) -> None:
    """Adds counts of members whose locks the caller holds to the metrics that are kept by day."""
    zone = programme.settings.zone
    days: dict[DayKey, Decimal] = {}
    items: dict[ItemKey, Decimal] = {}
    for count in counts:
        kept = programme.kept_by_day.get(count.metric_id)
        if kept is None or not count.amount:
            continue
        key = (count.member_id, count.metric_id, kept_on(kept, count.counted_at, zone))
        if count.item:
            named = (*key, count.item)
            items[named] = items.get(named, Decimal(0)) + count.amount
        else:
            days[key] = days.get(key, Decimal(0)) + count.amount
    if days:
        await tx.execute(_ADD_DAYS, *columns([(*key, days[key]) for key in sorted(days)], 4))
    if items:
        await tx.execute(_ADD_ITEMS, *columns([(*key, items[key]) for key in sorted(items)], 5))


_DAYS: Final = """
SELECT d.member_id, d.metric_id, d.day, d.value
FROM unnest($2::uuid[], $3::date[]) m (metric_id, since)
JOIN metric_day d ON d.metric_id = m.metric_id AND d.member_id = ANY($1) AND d.day >= m.since
"""

_ITEMS: Final = """
SELECT i.member_id, i.metric_id, i.day, i.item, i.value
FROM unnest($2::uuid[], $3::date[]) m (metric_id, since)
JOIN metric_item i ON i.metric_id = m.metric_id AND i.member_id = ANY($1) AND i.day >= m.since
"""


async def tallies(
    sql: Sql, member_ids: Sequence[UUID], wanted: Sequence[Wanted]
) -> dict[tuple[UUID, UUID], Tally]:
    """What these metrics count, by member and metric; whoever counts nothing is left out."""
    found: defaultdict[tuple[UUID, UUID], Tally] = defaultdict(Tally)
    by_day = [(one.metric_id, one.since) for one in wanted if not one.of_items]
    if by_day:
        days = await sql.fetch(_DAYS, member_ids, *columns(by_day, 2))
        for member_id, metric_id, day, amount in days:
            found[member_id, metric_id].days[day] = amount
    by_item = [(one.metric_id, one.since) for one in wanted if one.of_items]
    if by_item:
        items = await sql.fetch(_ITEMS, member_ids, *columns(by_item, 2))
        for member_id, metric_id, day, item, amount in items:
            found[member_id, metric_id].items.setdefault(day, {})[item] = amount
    return found


async def replace_tallies(
    tx: Sql, metric_ids: Sequence[UUID], tallies: Mapping[UUID, Mapping[UUID, Tally]]
) -> None:
    """Writes all that these metrics count of locked members in place of what there was.

    `tallies` are by member and metric, with every member in it.
    """
    members = list(tallies)
    for table in ("metric_day", "metric_item"):
        await tx.execute(
            f"DELETE FROM {table} WHERE member_id = ANY($1) AND metric_id = ANY($2)",  # noqa: S608
            members,
            metric_ids,
        )
    each = [
        (member_id, metric_id, tally)
        for member_id, of_member in tallies.items()
        for metric_id, tally in of_member.items()
    ]
    days = [
        (*key, day, amount) for *key, tally in each for day, amount in tally.days.items() if amount
    ]
    if days:
        await tx.copy("metric_day", ("member_id", "metric_id", "day", "value"), sorted(days))
    items = [
        (*key, day, item, amount)
        for *key, tally in each
        for day, of_day in tally.items.items()
        for item, amount in of_day.items()
        if amount
    ]
    if items:
        names = ("member_id", "metric_id", "day", "item", "value")
        await tx.copy("metric_item", names, sorted(items))


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
            orjson.dumps({str(key): one.as_json() for key, one in counted.items()}).decode(),
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
