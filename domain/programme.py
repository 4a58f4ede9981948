"""The programme: settings, and every reading of activities that is live at one version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import badges
from domain.badges import Badges
from domain.boards import Board
from domain.challenges import Challenges, participations
from domain.coupons import CouponTemplate
from domain.earning import EarnRule
from domain.ledger import DebtPolicy
from domain.metrics import Metric, MetricDefinition
from domain.referrals import ReferralRules
from domain.tiers import REACHED, Ladder, TierStanding


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole programme. `point_worth` is money of `currency` per point."""

    name: str
    zone: ZoneInfo
    currency: str
    point_worth: Decimal
    debt_policy: DebtPolicy
    new_author_reviews: int


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of the programme, indexed by what triggers each reading.

    Only readings of an activity's own type are ever looked at, so that the cost of an activity
    grows with the readings that match it, not with all there are.

    `kept_by_day` are the metrics whose days are kept; of those in `filling` the earlier days may
    still be missing. `ladder` is None while nothing says what the tiers are measured by.
    Memberships are read only where `sells_memberships`. `referral_terms` are those of
    every version, oldest first.
    """

    version: int
    settings: Settings
    base_tier: TierStanding
    tiers: Mapping[str, TierStanding] = field(default_factory=dict[str, TierStanding])
    rules: Mapping[str, tuple[EarnRule, ...]] = field(
        default_factory=dict[str, tuple[EarnRule, ...]]
    )
    metrics: Mapping[str, tuple[Metric, ...]] = field(default_factory=dict[str, tuple[Metric, ...]])
    boards: tuple[Board, ...] = ()
    coupons: Mapping[str, CouponTemplate] = field(default_factory=dict[str, CouponTemplate])
    ladder: Ladder | None = None
    challenges: Challenges = field(default_factory=Challenges)
    badges: Badges = field(default_factory=Badges)
    sells_memberships: bool = False
    kept_by_day: Mapping[UUID, MetricDefinition] = field(
        default_factory=dict[UUID, MetricDefinition]
    )
    filling: frozenset[UUID] = frozenset()
    referral_terms: tuple[ReferralRules, ...] = ()

    def rules_for(self, type_: str) -> tuple[EarnRule, ...]:
        return self.rules.get(type_, ())

    def metrics_for(self, type_: str) -> tuple[Metric, ...]:
        return self.metrics.get(type_, ())

    @property
    def referrals(self) -> ReferralRules | None:
        """What is promised for bringing a friend now; None while nothing is."""
        return self.referral_terms[-1] if self.referral_terms else None

    def terms(self, version: int) -> ReferralRules | None:
        """What was promised for bringing a friend at a version."""
        return next((one for one in self.referral_terms if one.version == version), None)

    def metric(self, metric_id: UUID) -> Metric | None:
        """The metric with this id, among those that are counted."""
        counted = (metric for found in self.metrics.values() for metric in found)
        return next((metric for metric in counted if metric.id == metric_id), None)

    def derivable(self) -> frozenset[str]:
        """The types of activities that may follow from others, and meet rules of their own."""
        found: frozenset[str] = frozenset() if self.ladder is None else frozenset({REACHED})
        if self.badges:
            found |= badges.DERIVABLE
        if self.challenges.by_id:
            found |= participations.DERIVABLE
        return found
