"""Rewards: what members redeem points for, and who may redeem which, when and how often.

`check_on_sale` judges what is the same for everybody, `check_member` what is the member's own.
Both are asked in this order when a member looks at a reward and when they redeem it, so that what
was shown is why it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.errors import (
    Ended,
    Invalid,
    LimitReached,
    NotEligible,
    NotEnoughPoints,
    NotStarted,
    OutOfStock,
)
from domain.ledger import MOST_POINTS
from domain.text import check_text
from domain.values import value

REDEEMED: Final = "reward.redeemed"
FULFILLED: Final = "reward.fulfilled"
LONGEST_NAME: Final = 60  # user-perceived characters, like the next
LONGEST_DESCRIPTION: Final = 1_000
MOST_STOCK: Final = 2**31 - 1
MOST_EACH: Final = 2**31 - 1
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")


class RewardKind(StrEnum):
    """Source: `RewardKind` of the contract."""

    COUPON = "COUPON"
    GIFT = "GIFT"
    BADGE = "BADGE"
    PRIVILEGE = "PRIVILEGE"


class RedemptionState(StrEnum):
    """Source: `RedemptionState` of the contract."""

    CONFIRMED = "CONFIRMED"
    FULFILLED = "FULFILLED"
    CANCELLED = "CANCELLED"


@value
class Gate:
    """The lowest tier that may redeem a reward."""

    key: str
    name: str
    level: int


@value
class Reward:
    """A reward as it is now. `cost` is in points, 0 for a free one.

    `offered` is how many were put on sale in all, None for any number. It is sold from `starts_at`
    to before `ends_at`.
    """

    id: UUID
    key: str
    name: str
    description: str
    kind: RewardKind
    cost: int
    offered: int | None = None
    per_member_limit: int | None = None
    gate: Gate | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    coupon_key: str | None = None
    badge_key: str | None = None


@value
class Buyer:
    """A member before a reward: the level of their tier, how many of it they have, their points."""

    level: int
    redeemed: int
    available: int


def check_on_sale(reward: Reward, *, left: int | None, now: datetime) -> None:
    """Refuses what nobody can redeem now; `left` is None for any number.

    Raises: NotStarted, Ended, OutOfStock.
    """
    if reward.starts_at is not None and now < reward.starts_at:
        raise NotStarted("reward.not_started")
    if reward.ends_at is not None and now >= reward.ends_at:
        raise Ended("reward.ended")
    if left is not None and left <= 0:
        raise OutOfStock("reward.out_of_stock")


def check_member(reward: Reward, buyer: Buyer) -> None:
    """Refuses what this member cannot redeem.

    Raises: NotEligible, LimitReached, NotEnoughPoints with what is missing.
    """
    if reward.gate is not None and buyer.level < reward.gate.level:
        raise NotEligible("reward.tier", tier=reward.gate.name)
    if reward.per_member_limit is not None and buyer.redeemed >= reward.per_member_limit:
        raise LimitReached("reward.limit", limit=reward.per_member_limit)
    missing = missing_points(reward, buyer.available)
    if missing:
        there = max(buyer.available, 0)
        raise NotEnoughPoints("reward.not_enough", missing=missing, available=there)


def missing_points(reward: Reward, available: int) -> int:
    """How many points a member with so many still lacks; a debt is filled first."""
    return max(reward.cost - available, 0) if reward.cost else 0


@dataclass(frozen=True, slots=True)
class RewardDraft:
    """A reward as its designer hands it in. Source: `RewardInput` of the contract."""

    key: str
    name: str
    description: str
    kind: RewardKind
    cost: int
    stock: int | None = None
    per_member_limit: int | None = None
    minimum_tier: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    coupon_key: str | None = None
    badge_key: str | None = None


def check_reward(draft: RewardDraft) -> None:
    """Refuses a reward that could not be shown or never be redeemed.

    Raises: Invalid, naming the field.
    """
    if not _KEY.fullmatch(draft.key):
        raise Invalid("programme.key", field=("key",))
    if not draft.name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(draft.name, limit=LONGEST_NAME, field=("name",))
    check_text(draft.description, limit=LONGEST_DESCRIPTION, field=("description",))
    _check_count("cost", draft.cost, least=0, most=MOST_POINTS)
    _check_count("stock", draft.stock, least=0, most=MOST_STOCK)
    _check_count("perMemberLimit", draft.per_member_limit, least=1, most=MOST_EACH)
    if draft.starts_at and draft.ends_at and draft.starts_at >= draft.ends_at:
        raise Invalid("programme.schedule", field=("endsAt",))
    _check_kind(draft)


def _check_kind(draft: RewardDraft) -> None:
    if (draft.kind is RewardKind.COUPON) != (draft.coupon_key is not None):
        raise Invalid("reward.coupon_key", field=("couponKey",))
    if draft.badge_key is None:
        return
    if draft.kind is not RewardKind.BADGE:
        raise Invalid("reward.badge_key", field=("badgeKey",))
    if not _KEY.fullmatch(draft.badge_key):
        raise Invalid("programme.key", field=("badgeKey",))


def _check_count(field: str, count: int | None, *, least: int, most: int) -> None:
    if count is not None and not least <= count <= most:
        raise Invalid("programme.count", field=(field,), least=least, most=most)


def redeemed(
    reward: Reward, redemption_id: UUID, member_id: UUID, *, key: UUID, now: datetime
) -> Activity:
    """The fact that a member redeemed a reward."""
    return Activity(
        id=key,
        member_id=member_id,
        type=REDEEMED,
        source=LAURELS,
        external_id=f"{REDEEMED}:{redemption_id}",
        occurred_at=now,
        received_at=now,
        attributes={"reward": reward.key, "kind": reward.kind.value, "cost": reward.cost},
    )
