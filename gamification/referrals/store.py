"""What is promised for bringing a friend, in the database. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
import structlog

from domain.bundles import Bundle
from domain.expressions import ALWAYS, ExpressionRefused
from domain.referrals import ReferralRules, RulesDraft
from gamification.expressions import Expressions
from infra.database import Sql

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RulesRow:
    """One version of the terms as their designer wrote them."""

    version: int
    draft: RulesDraft


_READ: Final = (
    "SELECT version, trigger, condition, confirm_days, monthly_cap, referrer_reward,"
    " referee_reward FROM referral_rules"
)


async def newest(sql: Sql) -> RulesRow | None:
    """What is promised now; None while nothing is."""
    row = await sql.fetchrow(f"{_READ} ORDER BY version DESC LIMIT 1")
    return None if row is None else _row(dict(row))


async def versions(sql: Sql) -> list[RulesRow]:
    """All that was ever promised, oldest first."""
    return [_row(dict(row)) for row in await sql.fetch(f"{_READ} ORDER BY version")]


async def add(tx: Sql, row: RulesRow, now: datetime) -> None:
    """Adds the next version."""
    draft = row.draft
    await tx.execute(
        "INSERT INTO referral_rules (version, trigger, condition, confirm_days, monthly_cap,"
        " referrer_reward, referee_reward, saved_at)"
        " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)",
        row.version,
        draft.trigger,
        draft.condition,
        draft.confirm_days,
        draft.monthly_cap,
        orjson.dumps(draft.referrer_reward.as_json()).decode(),
        orjson.dumps(draft.referee_reward.as_json()).decode(),
        now,
    )


def compiled(rows: Sequence[RulesRow], expressions: Expressions) -> tuple[ReferralRules, ...]:
    """The terms, ready to be asked; those that no longer compile are left out, loudly."""
    found: list[ReferralRules] = []
    for row in rows:
        draft = row.draft
        try:
            condition = expressions.compile_condition(draft.condition)
        except ExpressionRefused as refused:
            _log.error("referral_rules.do_not_compile", version=row.version, fault=refused)
            continue
        found.append(
            ReferralRules(
                version=row.version,
                trigger=draft.trigger,
                condition=None if condition is ALWAYS else condition,
                confirm_days=draft.confirm_days,
                monthly_cap=draft.monthly_cap,
                referrer_reward=draft.referrer_reward,
                referee_reward=draft.referee_reward,
            )
        )
    return tuple(found)


def _row(values: dict[str, Any]) -> RulesRow:
    version = values.pop("version")
    for side in ("referrer_reward", "referee_reward"):
        values[side] = Bundle.from_json(orjson.loads(values[side]))
    return RulesRow(version, RulesDraft(**values))
