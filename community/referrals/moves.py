"""Where referrals stand, as the engine moves them: in the database. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.referrals import Qualification, Referral, ReferralState, Refusal
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class Rewarded:
    """What a referral paid, and why the referrer got nothing, if so."""

    referral_id: UUID
    referrer_points: int
    referee_points: int
    refusal: Refusal | None


_HOLD: Final = """
SELECT id, referrer_id, referee_id, state, created_at, held, times, rewarded_at,
  rules_version, activity_id, order_ref, qualified_at, confirms_at, qualified_member
FROM referral WHERE referee_id = ANY($1) AND state <> 'REWARDED'
  AND refusal IS DISTINCT FROM 'CYCLE'
ORDER BY referee_id FOR NO KEY UPDATE
"""


async def hold(tx: Sql, referee_ids: Iterable[UUID]) -> dict[UUID, Referral]:
    """The referrals by which these members came, locked, as far as they may go on."""
    rows = await tx.fetch(_HOLD, list(referee_ids))
    return {row["referee_id"]: _referral_of(row) for row in rows}


_WRITE: Final = """
UPDATE referral r SET state = n.state, times = n.times, rules_version = n.version,
  activity_id = n.activity_id, order_ref = n.order_ref, qualified_at = n.at,
  confirms_at = n.confirms_at, qualified_member = n.member::jsonb, rewarded_at = n.rewarded_at,
  rewarded_month = CASE WHEN n.rewarded_at IS NOT NULL THEN $11::date END
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::uuid[], $6::text[],
  $7::timestamptz[], $8::timestamptz[], $9::text[], $10::timestamptz[])
  n (id, state, times, version, activity_id, order_ref, at, confirms_at, member, rewarded_at)
WHERE r.id = n.id
"""


async def write(tx: Sql, referrals: Sequence[Referral], month: date) -> None:
    """Writes where held referrals stand; `month` is that in which any is rewarded."""
    await tx.execute(_WRITE, *columns(map(_written, referrals), 10), month)


def _written(one: Referral) -> Sequence[object]:
    by = one.qualification
    told: Sequence[object] = (None,) * 6
    if by is not None:
        member = orjson.dumps(dict(by.member)).decode()
        told = (by.version, by.activity_id, by.order_ref, by.at, by.confirms_at, member)
    return one.id, one.state, one.times, *told, one.rewarded_at


async def pay(tx: Sql, paid: Sequence[Rewarded]) -> None:
    """Writes down what rewarded referrals paid."""
    await tx.execute(
        "UPDATE referral r SET referrer_points = n.one, referee_points = n.other,"
        " refusal = n.refusal"
        " FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[])"
        "   n (id, one, other, refusal) WHERE r.id = n.id",
        *columns(
            [(o.referral_id, o.referrer_points, o.referee_points, o.refusal) for o in paid], 4
        ),
    )


_COUNT: Final = """
INSERT INTO referral_month AS m (referrer_id, month, rewarded) VALUES ($1, $2, 1)
ON CONFLICT (referrer_id, month) DO UPDATE SET rewarded = m.rewarded + 1 WHERE m.rewarded < $3
"""


async def take_place(tx: Sql, referrer_id: UUID, month: date, cap: int) -> bool:
    """Counts a reward of the referrer's in a month; False where the month has all it may have."""
    if cap < 1:
        return False
    return await tx.execute(_COUNT, referrer_id, month, cap) == "INSERT 0 1"


def _referral_of(row: asyncpg.Record) -> Referral:
    by = None
    if row["activity_id"] is not None:
        by = Qualification(
            version=row["rules_version"],
            activity_id=row["activity_id"],
            order_ref=row["order_ref"],
            at=row["qualified_at"],
            confirms_at=row["confirms_at"],
            member=orjson.loads(row["qualified_member"]),
        )
    return Referral(
        id=row["id"],
        referrer_id=row["referrer_id"],
        referee_id=row["referee_id"],
        state=ReferralState(row["state"]),
        created_at=row["created_at"],
        held=row["held"],
        times=row["times"],
        qualification=by,
        rewarded_at=row["rewarded_at"],
    )
