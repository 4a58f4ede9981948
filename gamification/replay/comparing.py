"""The shadow against the truth: tables that must say the same of every member.

Both sides tell a sum of hashes for each member, by pages of members; only where those differ are
rows looked at. So what is compared costs one pass over each table, and no memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.programme import Programme
from gamification.tiers import store as tiers_store
from gamification.tiers.reading import tiers_of
from infra.database import Sql

_PAGE: Final = 2_000
_MEMBERS: Final = (
    "SELECT member_id FROM member_state WHERE member_id > $1 ORDER BY member_id LIMIT $2"
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared of a table: these columns, keyed by `key`, of rows that meet `where`.

    `name` is what people call it. A `where` may use `t`, the table. `replayed` is what stands in
    the shadow for the table, where that is another one.
    """

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    where: str = "true"
    member: str = "member_id"
    replayed: str = ""

    def of_shadow(self) -> Compared:
        """The same, as the shadow has it."""
        return replace(self, table=self.replayed) if self.replayed else self


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a replay does not come to. `column` is empty where one side has no row."""

    name: str
    member_id: UUID
    row: str
    column: str
    kept: Any
    replayed: Any


# The days of a metric that is still being counted back say nothing yet.
_COUNTED_BACK: Final = (
    "t.value <> 0 AND EXISTS (SELECT FROM public.metric_keeping k"
    " WHERE k.metric_id = t.metric_id AND k.complete)"
)

# What parts counted is looked back at when metrics are added, which a replay need not do.
_PARTS: Final = "SELECT jsonb_object_agg(p.key, p.value - 'counted') FROM jsonb_each(t.parts) p"

_ARCHIVED: Final = (
    "(SELECT member_id, board_id AS leaderboard_id, season_starts_at, score, reached_at"
    " FROM standing s WHERE EXISTS (SELECT FROM public.season_entry e"
    " WHERE (e.member_id, e.leaderboard_id, e.season_starts_at)"
    "   = (s.member_id, s.board_id, s.season_starts_at)))"
)

# What members were told, beside what their participations come to.
_TOLD_RESULTS: Final = (
    "(SELECT member_id, attributes ->> 'participation' AS participation,"
    " attributes ->> 'result' AS result FROM activity a"
    " WHERE type = 'challenge.ended' AND source = 'laurels' AND (applied_order IS NOT NULL"
    "   OR EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)))"
)
_RESULTS: Final = (
    "(SELECT member_id, id AS participation, state AS result FROM challenge_participation"
    " WHERE ended)"
)

SHARED_SUPPLIES: Final = """
SELECT DISTINCT key FROM public.coupon_supply JOIN public.coupon_template c USING (key)
JOIN public.coupon o ON o.template_id = c.id
WHERE stock IS NOT NULL AND (o.source NOT IN ('RULE', 'BUNDLE') OR o.voided_at IS NOT NULL)
"""
"""Limited coupons that others beside rules took from, or gave back: rules took what was left."""

RANKS: Final = "ranks"
CLOSED: Final = "closed seasons"

COMPARED: Final = (
    Compared(
        "entries", "points_entry", ("number",),
        ("kind", "available", "pending", "held", "available_after", "created_at", "confirms_at",
         "expires_at", "activity_id", "rule_id", "order_ref", "actor_id", "reason", "steps", "lots",
         "reverses"),
    ),
    Compared("balances", "member_state", (),
             ("available", "pending", "held", "lifetime_earned", "last_entry", "order_count"),
             "t.last_entry > 0 OR t.order_count > 0"),
    Compared("lots", "points_lot", ("expires_at",), ("remaining",), "t.remaining > 0"),
    Compared("awards", "points_award", ("entry_number",),
             ("points", "taken_back", "expires_at", "confirms_at", "confirmed", "order_ref",
              "rule_id", "activity_id")),
    Compared("holds", "points_hold", ("entry_number",),
             ("order_ref", "trim_scale(worth)", "currency", "expires_at", "state", "given_back")),
    Compared("orders", "shop_order", ("ref",),
             ("trim_scale(total)", "currency", "paid_at", "activity_id", "trim_scale(refunded)",
              "closed", "first_award", "last_award")),
    Compared("contributions", "contribution", ("subject",), ("standing", _PARTS)),
    Compared("daily caps", "earn_rule_day", ("key", "day"), ("points",)),
    Compared("days of metrics", "metric_day", ("metric_id", "day"), ("trim_scale(value)",),
             _COUNTED_BACK),
    Compared("different values of metrics", "metric_item", ("metric_id", "day", "item"),
             ("trim_scale(value)",), _COUNTED_BACK),
    Compared("check-ins", "check_in", ("day",), ("activity_id",)),
    Compared("badges", "badge_award", ("badge_id",), ("level", "activity_id", "awarded_at"),
             "t.level > 0 AND NOT EXISTS (SELECT FROM public.badge_grant g"
             " WHERE (g.member_id, g.badge_id, g.origin) = (t.member_id, t.badge_id, 'reward'))"),
    Compared(RANKS, "standing", ("board_id", "season_starts_at"),
             ("trim_scale(value)", "reached_at"),
             "EXISTS (SELECT FROM public.leaderboard b WHERE b.id = t.board_id AND b.complete)"),
    Compared(CLOSED, "season_entry", ("leaderboard_id", "season_starts_at"),
             ("score", "reached_at"), replayed=_ARCHIVED),
    Compared("results of challenges", _TOLD_RESULTS, ("participation",), ("result",),
             replayed=_RESULTS),
    Compared("participations", "challenge_participation", ("id",),
             ("challenge_id", "team_id", "state", "joined_at", "counts_from", "counts_until",
              "completed_at", "ended", "milestones", "progress")),
    Compared("perks", "membership_perk", ("activity_id", "entry_number", "key"),
             ("membership_id", "trim_scale(worth)", "currency")),
    Compared("coupons of rules", "coupon", ("origin_id", "rule_key"),
             ("template_id", "order_ref", "expires_at"),
             f"t.source = 'RULE' AND NOT EXISTS (SELECT FROM ({SHARED_SUPPLIES}) s"
             " JOIN public.coupon_template c USING (key) WHERE c.id = t.template_id)"),
    Compared("derived activities", "activity", ("source", "external_id"),
             ("id", "type", "occurred_at", "digest", "depth"),
             "t.depth > 0 AND t.applied_order IS NOT NULL"),
)  # fmt: skip


async def differences(
    log: Sql, shadow: Sql, compared: Sequence[Compared] = COMPARED
) -> AsyncIterator[Difference]:
    """What differs, member by member, of every table."""
    for one in compared:
        async for members in _differing(log, shadow, one):
            for difference in await _rows(log, shadow, one, members):
                yield difference


async def tier_differences(
    log: Sql, shadow: Sql, programme: Programme, now: datetime
) -> AsyncIterator[Difference]:
    """Who holds another tier; nobody is judged while changed rules are on their way to all."""
    counting = await log.fetchval("SELECT EXISTS (SELECT FROM metric_keeping WHERE NOT complete)")
    if programme.ladder is None or counting or await tiers_store.judging(log):
        return
    after = UUID(int=0)
    while rows := await log.fetch(_MEMBERS, after, _PAGE):
        members = [row["member_id"] for row in rows]
        after = members[-1]
        kept = await tiers_of(log, programme, members, now)
        replayed = await tiers_of(shadow, programme, members, now)
        for one in members:
            if kept[one].key != replayed[one].key:
                yield Difference("tiers", one, "", "tier", kept[one].key, replayed[one].key)


async def _differing(log: Sql, shadow: Sql, one: Compared) -> AsyncIterator[list[UUID]]:
    """Pages of members of whom the two sides do not say the same."""
    after = UUID(int=0)
    while True:
        truth = await _sums(log, one, after, None)
        # Up to the last member of a full page, so that both sides speak of the same ones.
        last = max(truth) if len(truth) == _PAGE else None
        replayed = await _sums(shadow, one.of_shadow(), after, last)
        found = [
            key for key in truth.keys() | replayed.keys() if truth.get(key) != replayed.get(key)
        ]
        if found:
            yield sorted(found)
        if last is None:
            return
        after = last


async def _sums(sql: Sql, one: Compared, after: UUID, last: UUID | None) -> dict[UUID, Any]:
    """What is said of the members after one, up to another, as one number each."""
    row = ", ".join(f"({name})::text" for name in _named(one))
    rows = await sql.fetch(
        f"SELECT t.{one.member} AS member, sum(hashtextextended(ROW({row})::text, 0)::numeric) AS said"  # noqa: S608, E501 - own names
        f" FROM {one.table} t WHERE t.{one.member} > $1"
        f" AND ($2::uuid IS NULL OR t.{one.member} <= $2) AND ({one.where})"
        f" GROUP BY 1 ORDER BY 1" + ("" if last else f" LIMIT {_PAGE}"),
        after,
        last,
    )
    return {found["member"]: found["said"] for found in rows}


async def _rows(log: Sql, shadow: Sql, one: Compared, members: Sequence[UUID]) -> list[Difference]:
    found: list[Difference] = []
    sides = await _said(log, one, members), await _said(shadow, one.of_shadow(), members)
    for key in sorted(sides[0].keys() | sides[1].keys()):
        truth, replayed = sides[0].get(key), sides[1].get(key)
        if truth != replayed:
            found.append(_difference(one, key, truth, replayed))
    return found


def _difference(
    one: Compared, key: tuple[str, ...], truth: Sequence[Any] | None, replayed: Sequence[Any] | None
) -> Difference:
    member, row = UUID(key[0]), " ".join(key[1:])
    if truth is None or replayed is None:
        return Difference(one.name, member, row, "", truth, replayed)
    for column, kept, other in zip(one.columns, truth, replayed, strict=True):
        if kept != other:
            return Difference(one.name, member, row, column, kept, other)
    raise AssertionError


async def _said(
    sql: Sql, one: Compared, members: Sequence[UUID]
) -> dict[tuple[str, ...], tuple[Any, ...]]:
    names = ", ".join(f"({name})::text" for name in (one.member, *_named(one)))
    rows = await sql.fetch(
        f"SELECT {names} FROM {one.table} t WHERE t.{one.member} = ANY($1) AND ({one.where})",  # noqa: S608
        members,
    )
    width = 1 + len(one.key)
    return {tuple(row)[:width]: tuple(row)[width:] for row in rows}


def _named(one: Compared) -> Iterable[str]:
    return (*one.key, *one.columns)
