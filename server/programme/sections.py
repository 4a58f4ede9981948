"""The sections of the programme file: what each entry says, and the draft that it becomes.

Names are those of the contract's inputs, so that a refusal's field is also its path in the file.
A new part of the programme is one more section here, its drafts in `shop` and its verb in `saving`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from domain.badges import BadgeDraft
from domain.benefits import Benefit
from domain.boards import GRACE_HOURS, BoardDraft, Period
from domain.boards.leagues import COHORT, League
from domain.boards.prizes import Prize
from domain.bundles import Bundle
from domain.coupons import DiscountKind
from domain.earning import RuleState
from domain.ledger import DebtPolicy
from domain.memberships.plans import REMINDER_DAYS, PlanDraft, Terms
from domain.metrics import Measure, MetricDefinition, Window
from domain.rewards import RewardDraft, RewardKind
from domain.tiers import RulesDraft, TierDraft
from gamification.coupons.designing import TemplateDraft
from gamification.programme.service import RuleDraft
from server.programme.challenge_shape import CHALLENGE, normal_challenge
from server.programme.fields import (
    REQUIRED,
    Exact,
    Field,
    ListOf,
    ManyWholes,
    ManyWords,
    Moment,
    OneOf,
    Shape,
    Whole,
    Words,
    YesNo,
)
from server.programme.intake_shapes import INTAKE, WORD_LIST, normal_word_list
from server.programme.referral_shape import REFERRAL_RULES, normal_terms


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """Settings of the whole programme; those of None stay as they are."""

    name: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    point_worth: Decimal | None = None
    debt_policy: DebtPolicy | None = None
    new_author_reviews: int | None = None


def _as_it_is(draft: Any) -> Any:  # noqa: ANN401
    return draft


@dataclass(frozen=True, slots=True)
class SectionShape:
    """A section; the only entry of a `lone` one stands in it without a key.

    `normal` gives the one form of drafts that mean the same.
    """

    name: str
    shape: Shape
    lone: bool = False
    normal: Callable[[Any], Any] = _as_it_is


_NAME: Final = Field("name", "name", Words(), REQUIRED)
_STARTS: Final = Field("startsAt", "starts_at", Moment())
_ENDS: Final = Field("endsAt", "ends_at", Moment())

_METRIC: Final = Shape(
    MetricDefinition,
    (
        Field("trigger", "triggers", ManyWords(), REQUIRED),
        Field("condition", "condition", Words()),
        Field("measure", "measure", OneOf(Measure), REQUIRED),
        Field("attribute", "attribute", Words()),
        Field("window", "window", OneOf(Window), Window.ALL_TIME),
        Field("rollingDays", "rolling_days", Whole()),
    ),
)
_BENEFIT: Final = Shape(
    Benefit,
    (
        Field("key", "key", Words(), REQUIRED),
        _NAME,
        Field("description", "description", Words(), ""),
    ),
)
_SETTINGS: Final = Shape(
    SettingsDraft,
    (
        Field("name", "name", Words()),
        Field("timeZone", "time_zone", Words()),
        Field("currency", "currency", Words()),
        Field("pointWorth", "point_worth", Exact()),
        Field("debtPolicy", "debt_policy", OneOf(DebtPolicy)),
        Field("newAuthorReviews", "new_author_reviews", Whole()),
    ),
)
_TIER: Final = Shape(
    TierDraft,
    (
        _NAME,
        Field("level", "level", Whole(), REQUIRED),
        Field("threshold", "threshold", Whole(), REQUIRED),
        Field("pointsMultiplier", "points_multiplier", Exact(), REQUIRED),
        Field("benefits", "benefits", ListOf(_BENEFIT), ()),
    ),
)
_TIER_RULES: Final = Shape(
    RulesDraft,
    (
        Field("metric", "metric", _METRIC, REQUIRED),
        Field("graceDays", "grace_days", Whole(), REQUIRED),
        Field("noticeDays", "notice_days", Whole(), REQUIRED),
    ),
)
_COUPON: Final = Shape(
    TemplateDraft,
    (
        _NAME,
        Field("discountKind", "kind", OneOf(DiscountKind), REQUIRED),
        Field("discount", "discount", Exact()),
        Field("minimumSpend", "minimum_spend", Exact()),
        Field("validDays", "valid_days", Whole(), REQUIRED),
        Field("stock", "stock", Whole()),
    ),
)
_RULE: Final = Shape(
    RuleDraft,
    (
        _NAME,
        Field("state", "state", OneOf(RuleState), REQUIRED),
        Field("trigger", "trigger", Words(), REQUIRED),
        Field("condition", "condition", Words()),
        Field("points", "points", Words(), REQUIRED),
        Field("tierMultiplied", "tier_multiplied", YesNo(), default=False),
        Field("pendingDays", "pending_days", Whole(), 0),
        Field("expiresAfterDays", "expires_after_days", Whole()),
        Field("capPerMemberPerDay", "cap_per_member_per_day", Whole()),
        Field("budget", "budget", Whole()),
        Field("couponKey", "coupon_key", Words()),
        _STARTS,
        _ENDS,
    ),
)
_REWARD: Final = Shape(
    RewardDraft,
    (
        _NAME,
        Field("description", "description", Words(), ""),
        Field("kind", "kind", OneOf(RewardKind), REQUIRED),
        Field("cost", "cost", Whole(), REQUIRED),
        Field("stock", "stock", Whole()),
        Field("perMemberLimit", "per_member_limit", Whole()),
        Field("minimumTierKey", "minimum_tier", Words()),
        _STARTS,
        _ENDS,
        Field("couponKey", "coupon_key", Words()),
        Field("badgeKey", "badge_key", Words()),
    ),
)


def _plan(**given: Any) -> PlanDraft:  # noqa: ANN401 - by the attributes of the fields below
    days = {name: given.pop(f"terms.{name}") for name in Terms.__dataclass_fields__}
    return PlanDraft(**given, terms=Terms(**days))


_PLAN: Final = Shape(
    _plan,
    (
        _NAME,
        Field("price", "price", Exact(), REQUIRED),
        Field("periodDays", "terms.period_days", Whole(), REQUIRED),
        Field("trialDays", "terms.trial_days", Whole(), 0),
        Field("reminderDays", "terms.reminder_days", Whole(), REMINDER_DAYS),
        Field("pointsMultiplier", "points_multiplier", Exact(), Decimal(1)),
        Field("benefits", "benefits", ListOf(_BENEFIT), ()),
    ),
)


def _prize(**given: Any) -> Prize:  # noqa: ANN401 - by the attributes of the fields below
    reward = Bundle(**{name: given.pop(f"reward.{name}") for name in Bundle.__dataclass_fields__})
    return Prize(**given, reward=reward)


_PRIZE: Final = Shape(
    _prize,
    (
        Field("fromRank", "from_rank", Whole(), REQUIRED),
        Field("toRank", "to_rank", Whole(), REQUIRED),
        Field("points", "reward.points", Whole(), 0),
        Field("badgeKey", "reward.badge", Words()),
        Field("couponKey", "reward.coupon", Words()),
    ),
)
_LEAGUE: Final = Shape(
    League,
    (
        Field("cohortSize", "cohort_size", Whole(), COHORT),
        Field("promoted", "promoted", Whole(), League().promoted),
        Field("demoted", "demoted", Whole(), League().demoted),
        Field("divisions", "divisions", Whole(), League().divisions),
    ),
)
_BOARD: Final = Shape(
    BoardDraft,
    (
        _NAME,
        Field("unit", "unit", Words(), REQUIRED),
        Field("period", "period", OneOf(Period), REQUIRED),
        Field("metric", "metric", _METRIC, REQUIRED),
        _STARTS,
        _ENDS,
        Field("graceHours", "grace_hours", Whole(), GRACE_HOURS),
        Field("prizes", "prizes", ListOf(_PRIZE), ()),
        Field("league", "league", _LEAGUE),
    ),
)


_TEAM_BOARD: Final = Shape(
    BoardDraft,
    (
        _NAME,
        Field("unit", "unit", Words(), REQUIRED),
        Field("teamsOf", "teams_of", Words(), REQUIRED),
        Field("metric", "metric", _METRIC, REQUIRED),
        Field("period", "period", OneOf(Period), Period.SEASON),
        Field("graceHours", "grace_hours", Whole(), GRACE_HOURS),
    ),
)


_BADGE: Final = Shape(
    BadgeDraft,
    (
        _NAME,
        Field("description", "description", Words(), REQUIRED),
        Field("metric", "metric", _METRIC, REQUIRED),
        Field("thresholds", "thresholds", ManyWholes(), REQUIRED),
        Field("revocable", "revocable", YesNo(), default=False),
    ),
)


def _metric(written: MetricDefinition) -> MetricDefinition:
    condition = (written.condition or "").strip() or None
    return replace(written, triggers=tuple(sorted(set(written.triggers))), condition=condition)


def _measured(draft: Any) -> Any:  # noqa: ANN401 - tier rules, boards and badges
    return replace(draft, metric=_metric(draft.metric))


def _rule(draft: RuleDraft) -> RuleDraft:
    return replace(draft, condition=(draft.condition or "").strip() or None)


def _coupon(draft: TemplateDraft) -> TemplateDraft:
    return draft if draft.kind.takes_off else replace(draft, discount=draft.discount or None)


def _reward(draft: RewardDraft) -> RewardDraft:
    if draft.kind is not RewardKind.BADGE or draft.badge_key != draft.key:
        return draft
    return replace(draft, badge_key=None)  # the service puts the key there


# In the order of a file.
SECTIONS: Final = (
    SectionShape("settings", _SETTINGS, lone=True),
    SectionShape("tiers", _TIER),
    SectionShape("tierRules", _TIER_RULES, lone=True, normal=_measured),
    SectionShape("rules", _RULE, normal=_rule),
    SectionShape("boards", _BOARD, normal=_measured),
    SectionShape("coupons", _COUPON, normal=_coupon),
    SectionShape("rewards", _REWARD, normal=_reward),
    SectionShape("membershipPlans", _PLAN),
    SectionShape("referralRules", REFERRAL_RULES, lone=True, normal=normal_terms),
    SectionShape("badges", _BADGE, normal=_measured),
    SectionShape("challenges", CHALLENGE, normal=normal_challenge),
    SectionShape("teamBoards", _TEAM_BOARD, normal=_measured),
    SectionShape("intake", INTAKE, lone=True),
    SectionShape("wordLists", WORD_LIST, normal=normal_word_list),
)
