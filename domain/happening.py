"""One activity meeting one member: what each reading of it sees, and where its effects go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.activity import Activity
from domain.badges import Award, Gift, Rise
from domain.challenges.participations import TakingPart
from domain.contributions import Contribution, Part
from domain.coupons import Grant, Supply
from domain.earning import EarnRule
from domain.expressions import Binder, Binding, FailureReason, MemberFacts
from domain.ledger import Books
from domain.memberships.perks import Perk, Standing, standing_at
from domain.metrics import Count
from domain.metrics.tallies import Tally
from domain.orders import Order
from domain.programme import Programme
from domain.referrals import Referral
from domain.streaks import Attendance
from domain.tiers import Tenure, TierStanding
from domain.values import value


class Earning(StrEnum):
    """What an activity brings by the rules and metrics of its type."""

    ALL = "ALL"
    HELD = "HELD"  # points of a part to come, pending until it is decided
    VESTED = "VESTED"  # its points were earned while it was held: coupons and counts are left
    NOTHING = "NOTHING"  # it brought everything before, and brings that back


@dataclass(slots=True)
class MemberState:
    """What the engine knows of a member before an activity, and changes by it.

    `orders` and `contributions` hold those that the batch speaks of, `capped` the points that rules
    with a daily cap gave on the days in question, `days` what the ladder's metric counted by day,
    as far back as it matters for the tier, `memberships` the perks that were ever paid for,
    `attendance` the days checked in where another one may come, `referral` the one by which the
    member came, where the batch may move it.
    `tallies` are what kept metrics count, by metric, as far as badges may need them, `badges` what
    is held of those that may change.
    """

    books: Books
    tenure: Tenure
    joined_at: datetime
    customer_ref: str
    order_count: int = 0
    segment: str = ""
    orders: dict[str, Order] = field(default_factory=dict[str, Order])
    contributions: dict[str, Contribution] = field(default_factory=dict[str, Contribution])
    capped: dict[tuple[str, date], int] = field(default_factory=dict[tuple[str, date], int])
    days: Tally = field(default_factory=Tally)
    memberships: tuple[Standing, ...] = ()
    taking_part: TakingPart | None = None
    tallies: dict[UUID, Tally] = field(default_factory=dict[UUID, Tally])
    badges: dict[UUID, Award] = field(default_factory=dict[UUID, Award])
    attendance: Attendance | None = None
    referral: Referral | None = None

    @property
    def member_id(self) -> UUID:
        return self.books.member_id


@value
class Failure:
    """An expression that failed on one activity: its reading gives nothing, and is counted."""

    reading_id: UUID
    reason: FailureReason
    activity_id: UUID


@value
class Unpaid:
    """Points of a bundle for which the account had no room; `key` names what promised them."""

    activity_id: UUID
    member_id: UUID
    key: str
    points: int


@value
class Derived:
    """An activity that follows from another. `key` makes its name unique among its type."""

    type: str
    key: str
    attributes: dict[str, Any]


@dataclass(slots=True)
class Spent:
    """What each rule has given over all members: points before this batch, and by it; coupons."""

    before: dict[str, int] = field(default_factory=dict[str, int])
    added: dict[str, int] = field(default_factory=dict[str, int])
    coupons: Supply = field(default_factory=Supply)

    def room(self, rule: EarnRule) -> int | None:
        """What is left of the rule's budget; None when it has none."""
        if rule.budget is None:
            return None
        return rule.budget - self.before.get(rule.key, 0) - self.added.get(rule.key, 0)

    def add(self, rule: EarnRule, points: int) -> None:
        self.added[rule.key] = self.added.get(rule.key, 0) + points


@dataclass(slots=True)
class Effects:
    """What follows from activities beside the changed state of their members.

    `orders` are those that were opened or changed, by member and reference.
    """

    counts: list[Count] = field(default_factory=list[Count])
    orders: dict[tuple[UUID, str], Order] = field(default_factory=dict[tuple[UUID, str], Order])
    failures: list[Failure] = field(default_factory=list[Failure])
    coupons: list[Grant] = field(default_factory=list[Grant])
    activities: list[Activity] = field(default_factory=list[Activity])
    perks: list[Perk] = field(default_factory=list[Perk])
    rises: list[Rise] = field(default_factory=list[Rise])
    gifts: list[Gift] = field(default_factory=list[Gift])
    unpaid: list[Unpaid] = field(default_factory=list[Unpaid])


@dataclass(slots=True)
class Happening:
    """An activity in the middle of being read.

    `order` is the one that an `order.*` is about, `part` what it is of a contribution.
    """

    programme: Programme
    now: datetime
    state: MemberState
    activity: Activity
    spent: Spent
    effects: Effects
    bind: Binder
    derived: list[Derived] = field(default_factory=list[Derived])
    order: Order | None = None
    part: Part | None = None
    earning: Earning = Earning.ALL
    counted_from: int = field(init=False)
    _binding: Binding | None = None

    def __post_init__(self) -> None:
        self.counted_from = len(self.effects.counts)

    @property
    def tier(self) -> TierStanding:
        """The tier held; before `hold_tier` has read the activity, the one held before it."""
        return self.programme.tiers.get(self.state.tenure.tier, self.programme.base_tier)

    @property
    def membership(self) -> Standing | None:
        """The paid membership held when the activity occurred, as far as it was known then."""
        if not self.state.memberships:
            return None
        activity = self.activity
        return standing_at(self.state.memberships, min(activity.occurred_at, activity.received_at))

    @property
    def counts(self) -> list[Count]:
        """What this activity alone has counted so far."""
        return self.effects.counts[self.counted_from :]

    @property
    def binding(self) -> Binding:
        """The activity as expressions see it, made once and only when somebody asks."""
        if self._binding is None:
            self._binding = self.bind(self.activity, self._facts())
        return self._binding

    def bound_as(self, type_: str) -> Binding:
        """The activity as expressions see it, as if it were of another type."""
        return self.bind(replace(self.activity, type=type_), self._facts())

    def failed(self, reading_id: UUID, reason: FailureReason) -> None:
        self.effects.failures.append(Failure(reading_id, reason, self.activity.id))

    def _facts(self) -> MemberFacts:
        state, tier = self.state, self.tier
        return MemberFacts(
            tier=tier.key,
            tier_level=tier.level,
            joined_at=state.joined_at,
            order_count=state.order_count,
            segment=state.segment,
            customer_ref=state.customer_ref,
        )
