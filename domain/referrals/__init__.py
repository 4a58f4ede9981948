"""Referrals: members who bring their friends, the terms of it, and what speaks against one."""

from domain.referrals.referral import (
    CONFIRMED,
    QUALIFIED,
    REFUSED,
    REGISTERED,
    REWARDED,
    Qualification,
    Referral,
    ReferralState,
    Refusal,
    Side,
)
from domain.referrals.rules import Moved, ReferralRules, RulesDraft, check_rules

__all__ = [
    "CONFIRMED",
    "QUALIFIED",
    "REFUSED",
    "REGISTERED",
    "REWARDED",
    "Moved",
    "Qualification",
    "Referral",
    "ReferralRules",
    "ReferralState",
    "Refusal",
    "RulesDraft",
    "Side",
    "check_rules",
]
