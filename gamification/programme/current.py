"""The present programme, compiled: loaded anew only when its version has changed.

Every unit of work asks for the version first (one small statement), so that "the live rule when
processed" is true in every process at once, and nobody waits for a cache to expire.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from domain.badges import Badges
from domain.earning import EarnRule, RuleState
from domain.expressions import ALWAYS, ExpressionRefused
from domain.ledger import DebtPolicy
from domain.metrics import Metric
from domain.programme import Programme, Settings
from domain.tiers import Ladder, TierStanding
from gamification.badges import store as badges_store
from gamification.challenges import present
from gamification.coupons import templates
from gamification.expressions import Expressions
from gamification.leaderboards import store as boards_store
from gamification.memberships import plans as membership_plans
from gamification.metrics import store as metrics_store
from gamification.programme import store
from gamification.programme.store import RuleRow
from gamification.referrals import store as referrals_store
from gamification.tiers import store as tiers_store
from gamification.tiers.store import RulesRow
from infra.database import Sql

_log = structlog.stdlib.get_logger(__name__)
_Reading = TypeVar("_Reading")


class Programmes:
    """Gives the present programme. One a process, beside the expressions it compiled."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self._present: Programme | None = None

    async def current(self, sql: Sql) -> Programme:
        """The programme as this transaction (or this moment) sees it."""
        version = await store.version(sql)
        while self._present is None or self._present.version != version:
            loaded = await self._load(sql, version)
            version = await store.version(sql)
            if loaded.version == version:  # else somebody changed it in between: it is of neither
                self._present = loaded
        return self._present

    async def _load(self, sql: Sql, version: int) -> Programme:
        tiers = tuple(row.standing for row in await tiers_store.tiers(sql))
        boards = await boards_store.boards_of_members()
        kept = await metrics_store.kept(sql)
        challenges = await present.challenges(sql, self.expressions)
        counted = {*kept, *(board.metric_id for board in boards), *challenges.by_metric}
        metrics = await self._metrics(sql, counted)
        return Programme(
            version=version,
            settings=await self._settings(sql),
            base_tier=tiers[0],
            tiers={tier.key: tier for tier in tiers},
            rules=_by_trigger(
                ((rule.trigger,), rule)
                for row in await store.current_rules(sql, RuleState.LIVE)
                if (rule := self._rule(row)) is not None
            ),
            metrics=_by_trigger((metric.definition.triggers, metric) for metric in metrics),
            boards=tuple(boards),
            coupons=await templates.newest(sql),
            ladder=_ladder(await tiers_store.rules(sql), tiers),
            challenges=challenges,
            badges=Badges({row.id: row.badge for row in await badges_store.badges(sql)}),
            sells_memberships=await membership_plans.any_plan(sql),
            kept_by_day={one.id: one.definition for one in metrics if one.id in kept},
            filling=frozenset(metric_id for metric_id, complete in kept.items() if not complete),
            referral_terms=referrals_store.compiled(
                await referrals_store.versions(sql), self.expressions
            ),
        )

    async def _settings(self, sql: Sql) -> Settings:
        row = await store.settings(sql)
        return Settings(
            name=row.name,
            zone=ZoneInfo(row.time_zone),
            currency=row.currency,
            point_worth=row.point_worth,
            debt_policy=DebtPolicy(row.debt_policy),
            new_author_reviews=row.new_author_reviews,
        )

    def _rule(self, row: RuleRow) -> EarnRule | None:
        """A live rule, ready; one that no longer compiles is left out, loudly."""
        try:
            return self.rule(row)
        except ExpressionRefused as refused:
            _log.error("rule.does_not_compile", rule=row.key, version=row.version, fault=refused)
            return None

    def rule(self, row: RuleRow) -> EarnRule:
        """A rule, ready to be asked, whatever its state. Raises: ExpressionRefused."""
        condition = self.expressions.compile_condition(row.condition)
        return EarnRule(
            id=row.id,
            key=row.key,
            version=row.version,
            trigger=row.trigger,
            condition=None if condition is ALWAYS else condition,
            points=self.expressions.compile_formula(row.points),
            tier_multiplied=row.tier_multiplied,
            pending_days=row.pending_days,
            expires_after_days=row.expires_after_days,
            cap_per_day=row.cap_per_member_per_day,
            budget=row.budget,
            coupon=row.coupon_key,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )

    async def _metrics(self, sql: Sql, ids: Iterable[UUID]) -> list[Metric]:
        found: list[Metric] = []
        for metric_id, definition in (await metrics_store.metrics(sql, ids)).items():
            try:
                condition = self.expressions.compile_condition(definition.condition)
            except ExpressionRefused as refused:
                _log.error("metric.does_not_compile", metric=metric_id, fault=refused)
                continue
            found.append(Metric(metric_id, definition, None if condition is ALWAYS else condition))
        return found


def _ladder(rules: RulesRow | None, tiers: tuple[TierStanding, ...]) -> Ladder | None:
    if rules is None:
        return None
    return Ladder(
        version=rules.version,
        changed_on=rules.changed_on,
        metric_id=rules.metric_id,
        window=rules.definition,
        grace_days=rules.grace_days,
        notice_days=rules.notice_days,
        tiers=tiers,
    )


def _by_trigger(
    readings: Iterable[tuple[tuple[str, ...], _Reading]],
) -> dict[str, tuple[_Reading, ...]]:
    index: defaultdict[str, list[_Reading]] = defaultdict(list)
    for triggers, reading in readings:
        for trigger in triggers:
            index[trigger].append(reading)
    return {trigger: tuple(found) for trigger, found in index.items()}
