"""How a referral begins: with a code that is given at sign-up, or claimed afterwards.

The first touch counts: whoever brought a member first has brought them, for good. What can be said
about it at once is: who claims a code and may not is told so. Who signs up is never kept from it;
then the referral is refused, where staff see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.referrals import judging, sights, store, telling
from community.referrals.digests import Digests
from community.referrals.store import New, ReferralRow
from domain.activity import FUTURE_TOLERANCE, Activity
from domain.errors import AlreadyDone, NotAllowed, NotEligible, NotFound
from domain.members import check_referral_code
from domain.referrals.referral import Refusal
from domain.referrals.signals import Verdict, signals, verdict
from domain.referrals.traits import Trait, TraitKind, trait, trait_of_account
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.sign_in import Arrival

_SIGN_UP: Final = "SIGN_UP"
_CLAIM: Final = "CLAIM"

_CLAIMS: Final = 0x4C61_7272
"""Names the claims among PostgreSQL's advisory locks: no two may close a circle at once."""

_FIELD: Final = ("code",)


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
        codes = arrival.codes if arrival.is_first else ()
        came = await sights.arrive(tx, arrival.member_id, codes, traits, arrival.now)
        if came is None:
            return []
        refusal = None
        if not arrival.is_new:
            refusal = await _against(tx, came.referrer_id, arrival.member_id, arrival.now)
        return await self._begin(tx, came, arrival.member_id, _SIGN_UP, refusal, arrival.now)

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
            referrer_id = await _allowed(tx, member_id, code, now)
            came = await sights.arrive(tx, member_id, [code], traits, now)
            assert came is not None  # noqa: S101 - the code is somebody else's
            await recording.record(tx, await self._begin(tx, came, member_id, _CLAIM, None, now))
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

    async def _begin(
        self,
        tx: Transaction,
        came: sights.Came,
        referee_id: UUID,
        origin: str,
        refusal: Refusal | None,
        now: datetime,
    ) -> list[Activity]:
        found = [] if refusal else signals(came.matches, came.pace)
        judged = verdict(found)
        if judged is Verdict.REFUSED:
            refusal = Refusal.SAME_PERSON
        held = judged is Verdict.HELD
        new = New(new_id(), came.referrer_id, referee_id, origin, refusal, held)
        if not await store.add(tx, new, found, now):
            return []
        if held:
            await judging.ask_staff(tx, self._platform, referee_id, found, now)
        if refusal is not None:
            return [telling.refused(new.id, new.referrer_id, referee_id, refusal, now)]
        return [telling.registered(new.id, new.referrer_id, referee_id, now)]


async def _allowed(tx: Transaction, member_id: UUID, code: str, now: datetime) -> UUID:
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


async def _against(
    tx: Transaction, referrer_id: UUID, referee_id: UUID, now: datetime
) -> Refusal | None:
    """What rules a referral out of somebody who was there before."""
    if await store.leads_back(tx, referrer_id, referee_id):
        return Refusal.CYCLE
    if await store.bought_before(tx, referee_id, now + FUTURE_TOLERANCE):
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
