"""How a referral begins: with a code that is given at sign-up, or claimed afterwards.

The first touch counts: whoever brought a member first has brought them, for good. What can be said
about it at once is: who claims a code and may not is told so. Who signs up is never kept from it;
then the referral is refused, where staff see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.referrals import judging, sights, store, telling
from community.referrals.digests import Digests
from community.referrals.store import New, ReferralRow
from domain.activity import Activity
from domain.errors import AlreadyDone, NotAllowed, NotEligible, NotFound
from domain.members import check_referral_code
from domain.referrals.referral import Refusal
from domain.referrals.signals import Signal, Verdict, verdict
from domain.referrals.traits import Trait, TraitKind, trait, trait_of_account
from domain.values import value
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.sign_in import Arrival

_SIGN_UP: Final = "SIGN_UP"
_CLAIM: Final = "CLAIM"

_CLAIMS: Final = 0x4C61_7272
"""Names the claims among PostgreSQL's advisory locks: no two may close a circle at once."""

_FIELD: Final = ("code",)


@value
class _Pair:
    """Who brought whom, and how that is known."""

    referrer_id: UUID
    referee_id: UUID
    origin: str


class Registering:
    """`digests` hide what members are seen with."""

    def __init__(self, platform: Platform, digests: Digests) -> None:
        self._platform = platform
        self._digests = digests

    async def welcome(self, tx: Transaction, arrival: Arrival) -> Sequence[Activity]:
        """Notes with what somebody signs in, and who brought them if they come for the first time.

        Part of the sign-in's own transaction, which records what this returns. See `Welcome`.
        """
        traits = self._digests.of(_traits_of(arrival))
        await sights.note(tx, arrival.member_id, traits, arrival.now)
        if not arrival.is_first:
            return []
        referrer_id = await self._referrer(tx, arrival.codes)
        if referrer_id is None or referrer_id == arrival.member_id:
            return []
        referee_id, now = arrival.member_id, arrival.now
        refusal = None
        if not arrival.is_new:
            refusal = await _against(tx, referrer_id, referee_id, now)
        return await self._begin(tx, _Pair(referrer_id, referee_id, _SIGN_UP), refusal, traits, now)

    async def claim(
        self, member_id: UUID, code: str, *, network: str | None = None, device: str | None = None
    ) -> ReferralRow:
        """Says who brought a member that is there already, as after an app was installed.

        Raises: Invalid, NotFound, NotAllowed, AlreadyDone, NotEligible.
        """
        check_referral_code(code, field=_FIELD)
        traits = self._digests.of(_seen_with(network, device))

        async def work(tx: Transaction) -> ReferralRow:
            await tx.execute("SELECT pg_advisory_xact_lock($1)", _CLAIMS)
            now = await self._platform.clock.now(tx)
            referrer_id = await self._allowed(tx, member_id, code, now)
            await sights.note(tx, member_id, traits, now)
            pair = _Pair(referrer_id, member_id, _CLAIM)
            told = await self._begin(tx, pair, None, traits, now)
            await recording.record(tx, told)
            begun = await store.of_referee(tx, member_id)
            if begun is None or begun.referrer_id != referrer_id:
                raise AlreadyDone("referral.known", field=_FIELD)
            return begun

        return await self._platform.database.in_transaction(work)

    async def note(self, member_id: UUID, said: Sequence[Trait]) -> None:
        """Remembers what the shop has seen a member with."""

        async def work(tx: Transaction) -> None:
            now = await self._platform.clock.now(tx)
            await sights.note(tx, member_id, self._digests.of(said), now)

        await self._platform.database.in_transaction(work)

    async def _referrer(self, tx: Transaction, codes: Iterable[str]) -> UUID | None:
        """Whose the first of the codes is that is anybody's."""
        for code in codes:
            found = await store.referrer_of(tx, code)
            if found is not None:
                return found
        return None

    async def _allowed(self, tx: Transaction, member_id: UUID, code: str, now: datetime) -> UUID:
        """Who brought the member, if they may say so now."""
        referrer_id = await store.referrer_of(tx, code)
        if referrer_id is None:
            raise NotFound("referral.unknown", field=_FIELD)
        if referrer_id == member_id:
            raise NotAllowed("referral.oneself", field=_FIELD)
        if await store.of_referee(tx, member_id) is not None:
            raise AlreadyDone("referral.known", field=_FIELD)
        refusal = await _against(tx, referrer_id, member_id, now)
        if refusal is Refusal.CYCLE:
            raise NotAllowed("referral.cycle", field=_FIELD)
        if refusal is not None:
            raise NotEligible("referral.customer", field=_FIELD)
        return referrer_id

    async def _begin(
        self,
        tx: Transaction,
        pair: _Pair,
        refusal: Refusal | None,
        traits: Mapping[bytes, TraitKind],
        now: datetime,
    ) -> list[Activity]:
        found: list[Signal] = []
        judged = Verdict.CLEAN
        if refusal is None:
            found = await judging.look(tx, pair.referrer_id, pair.referee_id, traits, now)
            judged = verdict(found)
        if judged is Verdict.REFUSED:
            refusal = Refusal.SAME_PERSON
        held = judged is Verdict.HELD
        new = New(new_id(), pair.referrer_id, pair.referee_id, pair.origin, refusal, held)
        if not await store.add(tx, new, now):
            return []
        await sights.keep_signals(tx, new.id, found, now)
        if held:
            await judging.ask_staff(tx, self._platform, pair.referee_id, found, now)
        if refusal is not None:
            return [telling.refused(new.id, pair.referrer_id, pair.referee_id, refusal, now)]
        return [telling.registered(new.id, pair.referrer_id, pair.referee_id, now)]


async def _against(
    tx: Transaction, referrer_id: UUID, referee_id: UUID, now: datetime
) -> Refusal | None:
    """What rules a referral out of somebody who was there before."""
    if await store.leads_back(tx, referrer_id, referee_id):
        return Refusal.CYCLE
    if await store.bought_before(tx, referee_id, now):
        return Refusal.ALREADY_CUSTOMER
    return None


def _traits_of(arrival: Arrival) -> list[Trait]:
    return [trait_of_account(arrival.account), *_seen_with(arrival.network, arrival.device)]


def _seen_with(network: str | None, device: str | None) -> list[Trait]:
    found: list[Trait] = []
    if device:
        found.append(trait(TraitKind.DEVICE, device, field=("deviceToken",)))
    if network:
        found.append(Trait(TraitKind.NETWORK, network))
    return found
