"""`/hooks/memberships`: whoever takes the shop's payments reports what became of them.

A message says by its `type` what happened, as the activities that follow from it do, and whose
membership it is by `customerRef` or `membershipId`. Its `webhook-id` is the idempotency key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain import memberships
from domain.errors import Invalid, NotFound, Refused
from gamification.memberships import service, store
from gamification.memberships.service import MembershipRow, Request
from infra.i18n import Locale
from infra.ids import Kind, decode_key, encode_id
from members.store import find_by_refs
from server.http.hook_reports import as_object, check_known, moment, text
from server.http.signed_hook import SignedHook

PATH: Final = "/hooks/memberships"
SENDER: Final = UUID("6d656d62-6572-4000-8000-73686970686f")
"""Under whose name the keys of messages are kept: a hook signs in as nobody."""

Message: TypeAlias = Mapping[str, object]


class MembershipHook(SignedHook):
    """Answers with the membership as it is now, or with why it was refused."""

    async def answer(
        self, message: object, *, message_id: str, locale: Locale
    ) -> Mapping[str, Any]:
        said = as_object(message, ())
        verbs: Mapping[str, tuple[frozenset[str], _Verb]] = {
            memberships.STARTED: (_START, self._start),
            memberships.RENEWED: (_PAYMENT, self._renew),
            memberships.PAYMENT_MISSED: (_FAILURE, self._fail),
            memberships.CANCELLED: (_WHOSE, self._cancel),
        }
        known = verbs.get(text(said, "type", ()))
        if known is None:
            raise Invalid("hook.membership_type", field=("type",), types=", ".join(verbs))
        names, verb = known
        check_known(said, names | {"type"}, ())
        try:
            row = await verb(said, Request(SENDER, message_id))
        except Refused as refused:
            return {"membership": None, "error": self.told(refused, locale)}
        return {"membership": _shown(row), "error": None}

    async def _start(self, said: Message, request: Request) -> MembershipRow:
        return await service.start(
            self.laurels.platform,
            self.laurels.programmes.current,
            request,
            member_id=await self._member(text(said, "customerRef", ())),
            plan_key=text(said, "planKey", ()),
            payment_ref=text(said, "paymentRef", ()),
        )

    async def _renew(self, said: Message, request: Request) -> MembershipRow:
        return await service.renew(
            self.laurels.platform,
            self.laurels.programmes.current,
            request,
            membership_id=await self._membership(said),
            payment_ref=text(said, "paymentRef", ()),
        )

    async def _fail(self, said: Message, _request: Request) -> MembershipRow:
        at: datetime | None = None
        if said.get("occurredAt") is not None:
            at = moment(text(said, "occurredAt", ()), ("occurredAt",))
        return await service.fail_payment(
            self.laurels.platform,
            self.laurels.programmes.current,
            membership_id=await self._membership(said),
            occurred_at=at,
        )

    async def _cancel(self, said: Message, _request: Request) -> MembershipRow:
        return await service.cancel(
            self.laurels.platform, membership_id=await self._membership(said)
        )

    async def _membership(self, said: Message) -> UUID:
        """The membership that is named, or the customer's newest one.

        Raises: NotFound, Invalid where neither is named.
        """
        if said.get("membershipId") is None:
            member_id = await self._member(text(said, "customerRef", ()))
            found = await store.latest(self.laurels.platform.database, [member_id])
            if member_id not in found:
                raise NotFound("membership.none", field=("customerRef",))
            return found[member_id].id
        key = decode_key(text(said, "membershipId", ()), Kind.MEMBERSHIP)
        if key is None:
            raise NotFound("node.not_found", field=("membershipId",))
        return key

    async def _member(self, ref: str) -> UUID:
        """Raises: NotFound."""
        found = await find_by_refs(self.laurels.platform.database, [ref])
        if ref not in found:
            raise NotFound("node.not_found", field=("customerRef",))
        return found[ref]


_Verb: TypeAlias = Callable[[Message, Request], Awaitable[MembershipRow]]
_WHOSE: Final = frozenset({"customerRef", "membershipId"})
_PAYMENT: Final = _WHOSE | {"paymentRef"}
_FAILURE: Final = _WHOSE | {"occurredAt"}
_START: Final = frozenset({"customerRef", "planKey", "paymentRef"})


def _shown(row: MembershipRow) -> Mapping[str, Any]:
    one = row.membership
    return {
        "id": encode_id(Kind.MEMBERSHIP, one.id),
        "planKey": one.plan_key,
        "state": one.state_at(row.at).value,
        "currentPeriodEndsAt": one.paid_until,
        "renews": one.renews_at(row.at),
    }
