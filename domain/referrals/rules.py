"""What a shop promises for bringing a friend: for what, after how long, how often, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from domain.activity import check_type
from domain.bundles import Bundle, check_bundle
from domain.errors import Invalid
from domain.expressions import Condition
from domain.referrals import referral
from domain.referrals.referral import Referral
from domain.values import value

CONFIRM_DAYS: Final = 0
MONTHLY_CAP: Final = 30
"""What holds where the designer says nothing. Source: `ReferralRulesInput` of the contract."""

_LONGEST_CONFIRM: Final = 365
_MOST_A_MONTH: Final = 10_000


@value
class RulesDraft:
    """The terms as a designer hands them in. Source: `ReferralRulesInput` of the contract.

    `monthly_cap` is how many referrals a member is rewarded for in a month of the programme.
    """

    trigger: str
    condition: str | None
    referrer_reward: Bundle
    referee_reward: Bundle
    confirm_days: int = CONFIRM_DAYS
    monthly_cap: int = MONTHLY_CAP


@dataclass(frozen=True, slots=True)
class ReferralRules:
    """One version of the terms, ready to be asked. What qualified by it is rewarded by it."""

    version: int
    trigger: str
    condition: Condition | None
    confirm_days: int
    monthly_cap: int
    referrer_reward: Bundle
    referee_reward: Bundle


@value
class Moved:
    """A referral that an activity moved at `now`, by the terms that it qualified by, if it has.

    `month` is the first day of the programme's month.
    """

    referral: Referral
    terms: ReferralRules | None
    month: date
    now: datetime


def check_rules(draft: RulesDraft) -> None:
    """Refuses terms that could not be kept. Whether the condition compiles is not asked here.

    Raises: Invalid, naming the field.
    """
    check_type(draft.trigger, field=("trigger",))
    if draft.trigger in referral.TYPES:
        raise Invalid("referral.circular", field=("trigger",))
    for name, number, most in (
        ("confirmDays", draft.confirm_days, _LONGEST_CONFIRM),
        ("monthlyCap", draft.monthly_cap, _MOST_A_MONTH),
    ):
        if not 0 <= number <= most:
            raise Invalid("programme.count", field=(name,), least=0, most=most)
    check_bundle(draft.referrer_reward, field=("referrerReward",))
    check_bundle(draft.referee_reward, field=("refereeReward",))
    if not draft.referrer_reward and not draft.referee_reward:
        raise Invalid("referral.no_reward", field=("referrerReward",))
