"""A deal: `size` different members fill it before its deadline, or it fails.

They are the buyers of a group, or the friends who cut a price down. What is written of a deal may
be older than its deadline; `state_at` says how it stands at a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.deals import bargain
from domain.deals.bargain import Terms
from domain.deals.offers import DealKind, units_of
from domain.errors import AlreadyDone, Ended, NotAllowed
from domain.values import value


class DealState(StrEnum):
    """Source: `DealState` of the contract."""

    OPEN = "OPEN"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@value
class Deal:
    """A deal at the terms of its start. Money is of `currency`.

    `price` is what is paid in the end: that of a group, or a bargain's floor. `owner_id` bargains,
    or leads the group; `filled` counts the members who stand in it, `places` those who ever did.
    `state` and `ended_at` are as they are written.
    """

    id: UUID
    offer_id: UUID
    product_id: UUID
    kind: DealKind
    size: int
    price: Decimal
    start_price: Decimal | None
    currency: str
    owner_id: UUID
    started_at: datetime
    ends_at: datetime
    seed: bytes | None
    state: DealState = DealState.OPEN
    ended_at: datetime | None = None
    filled: int = 0
    places: int = 0

    def state_at(self, now: datetime) -> DealState:
        """How the deal stands: one that nobody has looked at since its deadline has failed."""
        if self.state is DealState.OPEN and now >= self.ends_at:
            return DealState.FAILED
        return self.state

    @property
    def units(self) -> int:
        """How many units of the offer's stock it holds until it fails."""
        return units_of(self.kind, self.size)

    @property
    def terms(self) -> Terms:
        """Of a bargain: what its cuts follow from.

        Raises: TypeError for a group.
        """
        if self.start_price is None:
            raise TypeError("a group cuts nothing")
        amount = bargain.amount_of(self.start_price, self.price, self.currency)
        return Terms(self.id, amount, self.size)

    def cuts(self) -> Sequence[Decimal]:
        """What each friend cuts, in the order of their coming; of a group nothing."""
        if self.seed is None:
            return ()
        found = bargain.cuts(self.terms, self.seed)
        return [bargain.price_of(one, self.currency) for one in found]


@value
class Part:
    """A member in a deal: the `place`-th who ever came, from 1, and what they cut off a price."""

    deal_id: UUID
    member_id: UUID
    place: int
    at: datetime
    cut: Decimal | None


def check_open(deal: Deal, now: datetime) -> None:
    """Refuses a deal that is over.

    Raises: Ended.
    """
    state = deal.state_at(now)
    if state is DealState.SUCCEEDED:
        raise Ended("deal.complete", field=("dealId",))
    if state is DealState.FAILED:
        raise Ended("deal.failed", field=("dealId",))


def check_part(deal: Deal, member_id: UUID, *, present: bool, now: datetime) -> None:
    """Refuses whom the deal does not take; `present` is whether they are in it already.

    Raises: AlreadyDone, Ended, NotAllowed.
    """
    if present and deal.kind is DealKind.GROUP_BUY:
        raise AlreadyDone("deal.joined", field=("dealId",))
    if present:
        raise AlreadyDone("deal.helped", field=("dealId",))
    check_open(deal, now)
    if deal.kind is DealKind.BARGAIN and deal.owner_id == member_id:
        raise NotAllowed("deal.own_bargain", field=("dealId",))
