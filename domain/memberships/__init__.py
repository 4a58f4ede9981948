"""Paid memberships: plans, periods, and what their perks are worth.

plans       what is sold
membership  periods, payments, and the end
perks       what holders have while they hold it
"""

from domain.memberships.membership import (
    CANCELLED,
    ENDED,
    GRACE_DAYS,
    PAYMENT_MISSED,
    RENEWAL_ANNOUNCED,
    RENEWED,
    STARTED,
    Membership,
    MembershipState,
    Notice,
    cancel,
    fail,
    renew,
    settle,
    start,
)

__all__ = [
    "CANCELLED",
    "ENDED",
    "GRACE_DAYS",
    "PAYMENT_MISSED",
    "RENEWAL_ANNOUNCED",
    "RENEWED",
    "STARTED",
    "Membership",
    "MembershipState",
    "Notice",
    "cancel",
    "fail",
    "renew",
    "settle",
    "start",
]
