"""The challenges of the present programme, ready to be asked."""

from __future__ import annotations

import structlog

from domain.challenges import Challenge, Challenges
from domain.expressions import ALWAYS, ExpressionRefused
from gamification.challenges import store
from gamification.challenges.store import ChallengeRow
from gamification.expressions import Expressions
from infra.database import Sql

_log = structlog.stdlib.get_logger(__name__)


async def challenges(sql: Sql, expressions: Expressions) -> Challenges:
    """Those that have not been closed: anything may still count for them, or end them."""
    rows = await store.not_closed(sql)
    return Challenges.of(challenge_of(row, expressions) for row in rows)


def challenge_of(row: ChallengeRow, expressions: Expressions) -> Challenge:
    """A challenge as the engine reads it; a condition that no longer compiles admits nobody."""
    try:
        admits = expressions.compile_condition(row.terms.condition)
    except ExpressionRefused as refused:
        _log.error("challenge.does_not_compile", challenge=row.draft.key, fault=refused)
        admits = expressions.compile_condition("false")
    return Challenge(
        id=row.id,
        key=row.draft.key,
        version=row.version,
        name=row.draft.name,
        terms=row.terms,
        metric_ids=row.metric_ids,
        admits=None if admits is ALWAYS else admits,
    )
