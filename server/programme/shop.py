"""The programme of the shop as drafts: what its designers would hand in to get it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from community.moderation.intake import settings as intake
from community.moderation.word_lists import store as word_lists
from community.moderation.word_lists.service import WordListDraft
from community.moderation.word_lists.store import WordListRow
from domain.badges import BadgeDraft
from domain.boards import Board, BoardDraft
from domain.calendar import NEVER
from domain.challenges.design import ChallengeDraft
from domain.coupons import CouponTemplate
from domain.earning import RuleState
from domain.ledger import DebtPolicy
from domain.memberships.plans import PlanDraft
from domain.metrics import MetricDefinition, Window
from domain.programme_document import LONE
from domain.rewards import RewardDraft
from domain.tiers import RulesDraft, TierDraft
from gamification.badges import store as badges_store
from gamification.badges.store import BadgeRow
from gamification.challenges import store as challenges_store
from gamification.challenges.store import ChallengeRow
from gamification.coupons import templates
from gamification.coupons.designing import TemplateDraft
from gamification.leaderboards import store as boards_store
from gamification.memberships import plans
from gamification.memberships.plans import Plan
from gamification.metrics import store as metrics_store
from gamification.programme import store
from gamification.programme.service import RuleDraft
from gamification.programme.store import RuleRow, SettingsRow
from gamification.referrals import store as referrals_store
from gamification.rewards import store as rewards_store
from gamification.rewards.store import RewardRow
from gamification.tiers import store as tiers_store
from infra.database import Sql
from server.programme.intake_shapes import IntakeDraft
from server.programme.reading import Drafts
from server.programme.sections import SECTIONS, SettingsDraft

_EVERYTHING = 2**31 - 1


async def read_shop(sql: Sql) -> Drafts:
    """Everything that the shop has, in the order of a file. Boards are read by the ORM: inside a
    transaction they are those of the transaction.
    """
    rules = await tiers_store.rules(sql)
    boards = await boards_store.boards()
    challenges = await challenges_store.every(sql)
    metrics = await metrics_store.metrics(sql, {board.metric_id for board in boards})
    rewards = await rewards_store.shown(
        sql, everything=True, now=NEVER, before=None, limit=_EVERYTHING
    )
    terms = await referrals_store.newest(sql)
    found: Mapping[str, Mapping[str, Any]] = {
        "settings": {LONE: _settings(await store.settings(sql))},
        "tiers": _by_key(_tier(row) for row in await tiers_store.tiers(sql)),
        "tierRules": {} if rules is None else {LONE: _rules(rules)},
        "rules": _sorted(_rule(row) for row in await store.current_rules(sql)),
        "badges": _sorted(_badge(row) for row in await badges_store.badges(sql)),
        "boards": _sorted(_board(one, metrics) for one in boards if one.teams_of is None),
        "coupons": _sorted(_coupon(one) for one in (await templates.newest(sql)).values()),
        "membershipPlans": _sorted(_plan(one) for one in await plans.newest(sql)),
        "referralRules": {} if terms is None else {LONE: terms.draft},
        "rewards": _sorted(_reward(row) for row in rewards),
        "challenges": _sorted(row.draft for row in challenges),
        "teamBoards": _sorted(_team_boards(boards, challenges, metrics)),
        "intake": {LONE: IntakeDraft.of(await intake.read(sql))},
        "wordLists": _sorted(_word_list(row) for row in await word_lists.present(sql)),
    }
    return {
        one.name: {key: one.normal(draft) for key, draft in found[one.name].items()}
        for one in SECTIONS
    }


def in_force(drafts: Drafts, now: datetime) -> Drafts:
    """Without what was put away: archived rules, boards and rewards that are over, and lists of no
    words.
    """
    found = {
        name: {key: draft for key, draft in entries.items() if not put_away(draft, now)}
        for name, entries in drafts.items()
    }
    if "teamBoards" in found:  # they are over when their challenges are
        found["teamBoards"] = {
            key: draft
            for key, draft in found["teamBoards"].items()
            if draft.teams_of in found.get("challenges", {})
        }
    return found


def put_away(draft: Any, now: datetime) -> bool:  # noqa: ANN401 - any of the sections'
    """Whether it is kept for what happened by it, and does nothing any more."""
    match draft:
        case RuleDraft():
            return draft.state is RuleState.ARCHIVED
        case BoardDraft() | RewardDraft():
            return draft.ends_at is not None and draft.ends_at <= now
        case ChallengeDraft():
            return draft.terms.ends_at <= now
        case WordListDraft():
            return not draft.words
        case _:
            return False


def _by_key(drafts: Iterable[Any]) -> dict[str, Any]:
    return {draft.key: draft for draft in drafts}


def _sorted(drafts: Iterable[Any]) -> dict[str, Any]:
    return dict(sorted(_by_key(drafts).items()))


def _settings(row: SettingsRow) -> SettingsDraft:
    return SettingsDraft(
        name=row.name,
        time_zone=row.time_zone,
        currency=row.currency,
        point_worth=row.point_worth,
        debt_policy=DebtPolicy(row.debt_policy),
        new_author_reviews=row.new_author_reviews,
    )


def _tier(row: tiers_store.TierRow) -> TierDraft:
    return TierDraft(
        key=row.key,
        name=row.name,
        level=row.level,
        threshold=row.threshold,
        points_multiplier=row.points_multiplier,
        benefits=row.benefits,
    )


def _rules(row: tiers_store.RulesRow) -> RulesDraft:
    return RulesDraft(row.definition, row.grace_days, row.notice_days)


def _rule(row: RuleRow) -> RuleDraft:
    return RuleDraft(
        **{name: getattr(row, name) for name in RuleDraft.__dataclass_fields__}  # same names
    )


def _badge(row: BadgeRow) -> BadgeDraft:
    return BadgeDraft(
        key=row.key,
        name=row.name,
        description=row.description,
        metric=row.definition,
        thresholds=row.thresholds,
        revocable=row.revocable,
    )


def _board(board: Board, metrics: Mapping[UUID, MetricDefinition]) -> BoardDraft:
    return BoardDraft(
        key=board.key,
        name=board.name,
        unit=board.unit,
        period=board.period,
        metric=metrics[board.metric_id],
        starts_at=board.starts_at,
        ends_at=board.ends_at,
        grace_hours=board.grace_hours,
        prizes=board.prizes,
        league=board.league,
    )


def _team_boards(
    boards: Iterable[Board],
    challenges: Iterable[ChallengeRow],
    metrics: Mapping[UUID, MetricDefinition],
) -> Iterable[BoardDraft]:
    """Without what such a board has from its challenge."""
    keys = {row.id: row.draft.key for row in challenges}
    for board in boards:
        if board.teams_of is not None:
            kept = metrics[board.metric_id]
            yield replace(
                _board(board, metrics),
                metric=replace(kept, measure=board.measure, window=Window.ALL_TIME),
                starts_at=None,
                ends_at=None,
                teams_of=keys[board.teams_of],
            )


def _coupon(template: CouponTemplate) -> TemplateDraft:
    terms = template.terms
    return TemplateDraft(
        key=template.key,
        name=template.name,
        kind=terms.kind,
        discount=terms.discount,
        minimum_spend=terms.minimum_spend,
        valid_days=terms.valid_days,
        stock=template.stock,
    )


def _plan(plan: Plan) -> PlanDraft:
    return PlanDraft(
        key=plan.key,
        name=plan.name,
        price=plan.price,
        terms=plan.terms,
        points_multiplier=plan.points_multiplier,
        benefits=plan.benefits,
    )


def _word_list(row: WordListRow) -> WordListDraft:
    return WordListDraft(row.key, row.action, row.words)


def _reward(row: RewardRow) -> RewardDraft:
    reward = row.reward
    return RewardDraft(
        key=reward.key,
        name=reward.name,
        description=reward.description,
        kind=reward.kind,
        cost=reward.cost,
        stock=reward.offered,
        per_member_limit=reward.per_member_limit,
        minimum_tier=reward.gate.key if reward.gate else None,
        starts_at=reward.starts_at,
        ends_at=reward.ends_at,
        coupon_key=reward.coupon_key,
        badge_key=reward.badge_key,
    )
