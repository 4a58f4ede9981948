"""A referral on its way: registered, qualified, rewarded or refused.

    REGISTERED ──a matching activity──▶ QUALIFIED ──the confirm period is over──▶ REWARDED
        ▲                                   │
        └──────────── a refund ─────────────┘        either of the first two ──▶ REFUSED

Staff may let a refused one go on, from where it would be: what qualifies it is kept meanwhile. A
rewarded one stays rewarded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from domain.values import value

REGISTERED: Final = "referral.registered"
QUALIFIED: Final = "referral.qualified"
CONFIRMED: Final = "referral.confirmed"
REWARDED: Final = "referral.rewarded"
REFUSED: Final = "referral.refused"
TYPES: Final = frozenset({REGISTERED, QUALIFIED, CONFIRMED, REWARDED, REFUSED})
"""What the log says of referrals. `referral.rewarded` is the contract's, and pays each side."""


class ReferralState(StrEnum):
    """Source: `ReferralState` of the contract."""

    REGISTERED = "REGISTERED"
    QUALIFIED = "QUALIFIED"
    REWARDED = "REWARDED"
    REFUSED = "REFUSED"


class Refusal(StrEnum):
    """Why a referral is refused, or with MONTHLY_CAP why only the referee is rewarded."""

    SAME_PERSON = "SAME_PERSON"
    CYCLE = "CYCLE"
    ALREADY_CUSTOMER = "ALREADY_CUSTOMER"
    BY_STAFF = "BY_STAFF"
    MONTHLY_CAP = "MONTHLY_CAP"


class Side(StrEnum):
    """Which of the two a reward is for."""

    REFERRER = "REFERRER"
    REFEREE = "REFEREE"


@value
class Qualification:
    """The activity that qualified a referral, by which version of the terms, and until when a
    refund may undo it.

    `member` is what expressions saw of the referee then, so that what a refund leaves of an order
    is judged as the order was.
    """

    version: int
    activity_id: UUID
    order_ref: str | None
    at: datetime
    confirms_at: datetime
    member: Mapping[str, Any]


@dataclass(slots=True)
class Referral:
    """One friend whom a member brought. `times` counts how often it has qualified.

    While it is `held`, staff look at it and nothing is paid. `attributes` are those of the
    qualifying activity, where they are known.
    """

    id: UUID
    referrer_id: UUID
    referee_id: UUID
    state: ReferralState
    created_at: datetime
    held: bool = False
    times: int = 0
    qualification: Qualification | None = None
    rewarded_at: datetime | None = None
    attributes: Mapping[str, Any] | None = None
    changed: bool = False

    def qualify(self, qualification: Qualification) -> None:
        """A matching activity came, which a refused referral only remembers."""
        if self.state is ReferralState.REGISTERED:
            self.state = ReferralState.QUALIFIED
        self.qualification = qualification
        self.times += 1
        self.changed = True

    def reopen(self) -> None:
        """What qualified went back: a later activity may qualify anew."""
        if self.state is ReferralState.QUALIFIED:
            self.state = ReferralState.REGISTERED
        self.qualification = None
        self.changed = True

    def reward(self, now: datetime) -> None:
        """The confirm period is over, and nothing speaks against it."""
        self.state = ReferralState.REWARDED
        self.rewarded_at = now
        self.changed = True
