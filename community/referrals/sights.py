"""What members were seen with, as digests, and who else was: in the database. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from domain.referrals.signals import Match, Pace, Relation, Signal
from domain.referrals.traits import TraitKind
from domain.values import value
from infra.database import Sql, columns

NETWORK_KEPT: Final = timedelta(days=90)
_MOST: Final = 50
"""Traits of a member; who is seen with more is known well enough."""

_NOTE: Final = f"""
INSERT INTO referral_trait AS t (member_id, kind, digest, seen_at)
SELECT $1, n.kind, n.digest, $4
FROM unnest((SELECT $2::text[]), (SELECT $3::bytea[])) n (kind, digest)
WHERE (SELECT count(*) FROM referral_trait k WHERE k.member_id = (SELECT $1::uuid)) < {_MOST}
ON CONFLICT (member_id, digest) DO UPDATE SET seen_at = excluded.seen_at
  WHERE t.seen_at < excluded.seen_at - interval '1 day'
"""  # noqa: S608 - own number


async def note(tx: Sql, member_id: UUID, traits: Mapping[bytes, TraitKind], now: datetime) -> None:
    """Remembers what a member was seen with."""
    if traits:
        digests = sorted(traits)
        await tx.execute(_NOTE, member_id, [traits[one] for one in digests], digests, now)


async def forget_networks(sql: Sql, now: datetime) -> None:
    """Forgets from where members came, when that is long ago."""
    await sql.execute(
        "DELETE FROM referral_trait WHERE kind = 'NETWORK' AND seen_at < $1", now - NETWORK_KEPT
    )


# Parameters stand in selects of their own, so that PostgreSQL estimates alike with and without
# their values and keeps one plan: to plan this anew takes twice as long as to run it.
#
# Of whom the referrer brought the last few are looked at, and of strangers a handful: it is enough
# to know that there are several, and a network may be that of a whole town. `$1` is the referee,
# `$2` and `$3` are kinds and digests that they are seen with now.
_FOUND: Final = """
mine AS MATERIALIZED (
  SELECT kind, digest FROM referral_trait WHERE member_id = (SELECT $1::uuid)
  UNION SELECT kind, digest FROM unnest((SELECT $2::text[]), (SELECT $3::bytea[])) n (kind, digest)
), siblings AS MATERIALIZED (
  SELECT referee_id AS id FROM referral
  WHERE referrer_id = {referrer} AND referee_id <> (SELECT $1::uuid)
  ORDER BY id DESC LIMIT 30
), found AS (
  SELECT m.kind, 'REFERRER' AS relation, 1 AS seen FROM mine m
  WHERE EXISTS (SELECT FROM referral_trait t
    WHERE t.member_id = {referrer} AND t.digest = m.digest)
  GROUP BY m.kind
  UNION ALL
  SELECT m.kind, 'SIBLING', count(DISTINCT s.id) FROM mine m CROSS JOIN siblings s
  CROSS JOIN LATERAL (SELECT FROM referral_trait t
    WHERE t.member_id = s.id AND t.digest = m.digest OFFSET 0) t
  GROUP BY m.kind
  UNION ALL
  SELECT m.kind, 'OTHER', count(DISTINCT o.member_id) FROM mine m
  CROSS JOIN LATERAL (SELECT t.member_id FROM referral_trait t
    WHERE t.digest = m.digest AND t.member_id <> (SELECT $1::uuid)
      AND t.member_id <> {referrer} LIMIT 8) o
  WHERE m.kind <> 'NETWORK' AND NOT EXISTS (SELECT FROM referral r
    WHERE r.referee_id = o.member_id AND r.referrer_id = {referrer})
  GROUP BY m.kind
)
"""

_MATCHES: Final = (
    f"WITH {_FOUND.format(referrer='(SELECT $4::uuid)')} SELECT kind, relation, seen FROM found"  # noqa: S608
)

# One trip: somebody waits for it to be let in.
_ARRIVE: Final = f"""
WITH brought AS MATERIALIZED (
  SELECT coalesce(m.merged_into, m.id) AS id
  FROM unnest((SELECT $4::text[])) WITH ORDINALITY c (code, n)
  JOIN member m ON m.handle = c.code AND 'SHOPPER' = ANY(m.roles) ORDER BY c.n LIMIT 1
), noted AS ({_NOTE.replace("$4", "$5")}),
{_FOUND.format(referrer="(SELECT id FROM brought)")}, pace AS (
  SELECT count(*) FILTER (WHERE created_at > (SELECT $5::timestamptz) - interval '1 hour') AS hour,
    count(*) AS day
  FROM (SELECT created_at FROM referral WHERE referrer_id = (SELECT id FROM brought)
    ORDER BY id DESC LIMIT 200) r
  WHERE created_at > (SELECT $5::timestamptz) - interval '1 day'
)
SELECT b.id, p.hour, p.day, f.kind, f.relation, f.seen
FROM pace p LEFT JOIN brought b ON true LEFT JOIN found f ON b.id IS NOT NULL
"""  # noqa: S608 - own text


@value
class Came:
    """Who brought somebody, with whom else they were seen, and how many were brought lately."""

    referrer_id: UUID
    matches: tuple[Match, ...]
    pace: Pace


async def arrive(
    tx: Sql,
    member_id: UUID,
    codes: Sequence[str],
    traits: Mapping[bytes, TraitKind],
    now: datetime,
) -> Came | None:
    """Remembers what somebody comes with, and tells who brought them: whose the first of the codes
    is that is anybody's. None for nobody.
    """
    if not codes:
        await note(tx, member_id, traits, now)
        return None
    digests = sorted(traits)
    kinds = [traits[one] for one in digests]
    written = [one.lower() for one in codes]
    rows = await tx.fetch(_ARRIVE, member_id, kinds, digests, written, now)
    first = rows[0]
    if first["id"] is None or first["id"] == member_id:
        return None
    pace = Pace(first["hour"], first["day"])
    return Came(first["id"], tuple(map(_match, filter(_is_match, rows))), pace)


async def matches(sql: Sql, referee_id: UUID, referrer_id: UUID) -> list[Match]:
    """With whom else all that the referee was ever seen with was seen."""
    return [_match(row) for row in await sql.fetch(_MATCHES, referee_id, [], [], referrer_id)]


def _is_match(row: asyncpg.Record) -> bool:
    return row["kind"] is not None


def _match(row: asyncpg.Record) -> Match:
    return Match(TraitKind(row["kind"]), Relation(row["relation"]), row["seen"])


async def keep_signals(
    tx: Sql, referral_id: UUID, signals: Sequence[Signal], now: datetime
) -> None:
    """Keeps what speaks against a referral, in place of what was kept by the same key."""
    if not signals:
        return
    rows = [(one.key, one.weight, one.seen) for one in signals]
    await tx.execute(
        "INSERT INTO referral_signal (referral_id, key, weight, seen, noticed_at)"
        " SELECT $1, n.*, $5 FROM unnest($2::text[], $3::integer[], $4::integer[]) n"
        " ON CONFLICT (referral_id, key) DO UPDATE SET weight = excluded.weight,"
        "   seen = excluded.seen",
        referral_id,
        *columns(rows, 3),
        now,
    )


async def signals_of(
    sql: Sql, referral_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[Signal, datetime]]]:
    """What speaks against each of the referrals, the heaviest first, and since when it is known."""
    rows = await sql.fetch(
        "SELECT referral_id, key, weight, seen, noticed_at FROM referral_signal"
        " WHERE referral_id = ANY($1) ORDER BY weight DESC, key",
        referral_ids,
    )
    found: dict[UUID, list[tuple[Signal, datetime]]] = {one: [] for one in referral_ids}
    for row in rows:
        signal = Signal(row["key"], row["weight"], row["seen"])
        found[row["referral_id"]].append((signal, row["noticed_at"]))
    return found
