"""What clients hand in about referrals."""

from __future__ import annotations

from typing import Final

import strawberry

from api.challenges.inputs import RewardBundleInput
from api.referrals.enums import TraitKind
from domain.errors import LimitReached
from domain.referrals import RulesDraft
from domain.referrals.rules import CONFIRM_DAYS, MONTHLY_CAP
from domain.referrals.traits import Trait, trait

_MOST_TRAITS: Final = 20


@strawberry.input(description="By whose code the viewer came, said after signing up.")
class ClaimReferralInput:
    code: str = strawberry.field(description="The referral code of whoever invited.")
    device_token: str | None = strawberry.field(
        default=None,
        description="What tells this device from others, up to 200 characters; only a keyed digest "
        "is kept.",
    )


@strawberry.input(description="What is promised for bringing a friend, from now on.")
class ReferralRulesInput:
    referrer_reward: RewardBundleInput = strawberry.field(
        description="For the person who invited, given when a matching activity of the invited "
        "person is past `confirmDays`."
    )
    referee_reward: RewardBundleInput = strawberry.field(
        description="For the person invited, given at the same time."
    )
    trigger: str = strawberry.field(
        description="The type of activity that qualifies, like `order.paid`."
    )
    condition: str | None = strawberry.field(
        default=None, description="CEL over the activity and the invited member; null for any."
    )
    confirm_days: int | None = strawberry.field(
        default=CONFIRM_DAYS,
        description="Days in which a refund undoes it; 0 gives the rewards at once. At most 365.",
    )
    monthly_cap: int | None = strawberry.field(
        default=MONTHLY_CAP,
        description="For how many friends a member is rewarded in a calendar month. Beyond it the "
        "friends still are.",
    )

    def draft(self) -> RulesDraft:
        return RulesDraft(
            trigger=self.trigger,
            condition=self.condition,
            referrer_reward=self.referrer_reward.bundle(),
            referee_reward=self.referee_reward.bundle(),
            confirm_days=CONFIRM_DAYS if self.confirm_days is None else self.confirm_days,
            monthly_cap=MONTHLY_CAP if self.monthly_cap is None else self.monthly_cap,
        )


@strawberry.input(description="What staff decide about a referral.")
class DecideReferralInput:
    referral_id: strawberry.ID = strawberry.field(description="The `id` of the referral.")
    allow: bool = strawberry.field(
        description="True lets it go on, whatever speaks against it; false refuses it."
    )
    note: str | None = strawberry.field(
        default=None, description="Why, for the log of staff; up to 1,000 characters."
    )


@strawberry.input(description="Something that the shop has seen a member with.")
class ReferralTraitInput:
    kind: TraitKind = strawberry.field(description="What it is.")
    value: str = strawberry.field(
        description="The thing itself or a digest of it, always written alike; up to 200 "
        "characters. Only a keyed digest is kept."
    )


@strawberry.input(description="What the shop has seen a member with.")
class NoteReferralTraitsInput:
    member_id: strawberry.ID = strawberry.field(description="The `id` of the member.")
    traits: list[ReferralTraitInput] = strawberry.field(description="Up to 20.")

    def read(self) -> list[Trait]:
        """Raises: Invalid, LimitReached."""
        if len(self.traits) > _MOST_TRAITS:
            raise LimitReached("referral.traits_too_many", field=("traits",), limit=_MOST_TRAITS)
        return [
            trait(one.kind, one.value, field=("traits", str(place), "value"))
            for place, one in enumerate(self.traits)
        ]
