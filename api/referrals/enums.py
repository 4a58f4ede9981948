"""Enums of referrals as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.referrals import ReferralState
from domain.referrals.traits import TraitKind

described(
    ReferralState,
    description="How far a referral has come.",
    values={
        ReferralState.REGISTERED: "The friend has come, and nothing has qualified yet.",
        ReferralState.QUALIFIED: "The friend did what it takes; the confirm period runs.",
        ReferralState.REWARDED: "The rewards are given.",
        ReferralState.REFUSED: "It does not count; `refusal` says why.",
    },
)
described(
    TraitKind,
    name="ReferralTraitKind",
    description="By what a person is known again.",
    values={
        TraitKind.EMAIL: "A mailbox.",
        TraitKind.PHONE: "A telephone number.",
        TraitKind.DEVICE: "A device.",
        TraitKind.PAYMENT: "A card or another way to pay.",
        TraitKind.ADDRESS: "A postal address.",
        TraitKind.NETWORK: "Where they come from on the net; forgotten after 90 days.",
    },
)

__all__ = ["ReferralState", "TraitKind"]
