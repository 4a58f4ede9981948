"""Joining a group and cutting a price: who asks together is served together, in the order asked.

The deal's row decides. Whoever comes is written down, the row is changed once for all of them, and
who takes the last place makes the deal succeed, all in one transaction: no seat is looked at first
and taken afterwards. See ADR 46.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from community.deals import ending, live, store
from domain.deals.deal import Deal, DealState, Part, check_part
from domain.deals.offers import DealKind
from domain.errors import NotAllowed, NotFound, Refused, Suspended
from infra.database import Sql, Transaction
from infra.platform import Platform
from members import suspensions

_QUEUE: Final = "deals"

Answer: TypeAlias = "Deal | Refused"
"""The deal as the member left it, or why they are not in it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A member wants a seat in a group, or to cut a price."""

    member_id: UUID
    deal_id: UUID
    kind: DealKind


async def take(platform: Platform, wish: Wish) -> Deal:
    """Lets a member into a deal, each once; the deal as it is then.

    Raises: NotFound, AlreadyDone, Ended, NotAllowed, Suspended.
    """
    served = partial(serve, platform)
    found: Deal = await platform.together.ask(_QUEUE, served, wish)
    return found


async def serve(platform: Platform, wishes: Sequence[Wish]) -> Sequence[Any]:
    """A deal or a refusal for each, decided in this order."""

    async def work(tx: Transaction) -> Sequence[Answer]:
        held = await store.locked(tx, [one.deal_id for one in wishes])
        now = await platform.clock.now(tx)
        table = Table(held, now, **await _barred(tx, held, wishes, now))
        answers = [table.answer(one) for one in wishes]
        await table.write(tx, platform)
        return answers

    return await platform.database.in_transaction(work)


async def _barred(
    tx: Sql, held: Mapping[UUID, Deal], wishes: Sequence[Wish], now: datetime
) -> dict[str, Any]:
    """What keeps members out: being in, a suspension, a block."""
    owners = {(one.member_id, held[one.deal_id].owner_id) for one in wishes if one.deal_id in held}
    return {
        "present": await store.present(tx, {(one.deal_id, one.member_id) for one in wishes}),
        "suspended": await suspensions.in_force(tx, {one.member_id for one in wishes}, now),
        "blocked": await store.blocked(tx, owners),
    }


class Table:
    """Deals that a transaction holds, and who comes into them one after the other."""

    def __init__(
        self,
        held: Mapping[UUID, Deal],
        now: datetime,
        *,
        present: set[tuple[UUID, UUID]],
        suspended: Mapping[UUID, suspensions.Suspension],
        blocked: set[tuple[UUID, UUID]],
    ) -> None:
        self._deals = dict(held)
        self._now = now
        self._present = present
        self._suspended = suspended
        self._blocked = blocked
        self._new: list[Part] = []
        self._cuts = {key: deal.cuts() for key, deal in held.items()}

    def answer(self, wish: Wish) -> Answer:
        """Lets one in, or says why not."""
        deal = self._deals.get(wish.deal_id)
        if deal is None or deal.kind is not wish.kind:
            return NotFound("node.not_found", field=("dealId",))
        try:
            self._check(deal, wish.member_id)
        except Refused as refused:
            return refused
        return self._let_in(deal, wish.member_id)

    def _check(self, deal: Deal, member_id: UUID) -> None:
        """Raises: what the deal, a suspension or a block refuses."""
        check_part(deal, member_id, present=(deal.id, member_id) in self._present, now=self._now)
        suspended = self._suspended.get(member_id)
        if suspended is not None:
            raise Suspended("member.suspended", why=suspended.reason)
        if (member_id, deal.owner_id) in self._blocked:
            raise NotAllowed("deal.blocked", field=("dealId",))

    def _let_in(self, deal: Deal, member_id: UUID) -> Deal:
        place, filled = deal.places + 1, deal.filled + 1
        cut = self._cuts[deal.id][place - 1] if deal.kind is DealKind.BARGAIN else None
        self._new.append(Part(deal.id, member_id, place, self._now, cut))
        self._present.add((deal.id, member_id))
        deal = replace(deal, filled=filled, places=place)
        if filled == deal.size:
            deal = replace(deal, state=DealState.SUCCEEDED, ended_at=self._now)
        self._deals[deal.id] = deal
        return deal

    async def write(self, tx: Transaction, platform: Platform) -> None:
        """Writes who came, and what became of the deals."""
        if not self._new:
            return
        changed = [self._deals[key] for key in {one.deal_id: None for one in self._new}]
        await store.add_parts(tx, self._new)
        await store.change(tx, changed)
        full = [one for one in changed if one.state is DealState.SUCCEEDED]
        await ending.succeed(tx, full, self._now)
        live.announce(tx, platform.pubsub, [one.id for one in changed])
