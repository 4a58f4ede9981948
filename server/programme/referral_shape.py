"""What the section `referralRules` says, and the draft that it becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.bundles import NOTHING, Bundle
from domain.referrals import RulesDraft
from domain.referrals.rules import CONFIRM_DAYS, MONTHLY_CAP
from server.programme.fields import REQUIRED, Field, Shape, Whole, Words

_BUNDLE: Final = Shape(
    Bundle,
    (
        Field("points", "points", Whole(), 0),
        Field("couponKey", "coupon", Words()),
        Field("badgeKey", "badge", Words()),
    ),
)

REFERRAL_RULES: Final = Shape(
    RulesDraft,
    (
        Field("trigger", "trigger", Words(), REQUIRED),
        Field("condition", "condition", Words()),
        Field("confirmDays", "confirm_days", Whole(), CONFIRM_DAYS),
        Field("monthlyCap", "monthly_cap", Whole(), MONTHLY_CAP),
        Field("referrerReward", "referrer_reward", _BUNDLE, NOTHING),
        Field("refereeReward", "referee_reward", _BUNDLE, NOTHING),
    ),
)


def normal_terms(draft: RulesDraft) -> RulesDraft:
    """The one form of drafts that mean the same."""
    return replace(draft, condition=(draft.condition or "").strip() or None)
