"""Mutations about identity: codes, sessions, profile, and the shop's customer number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import strawberry

from api.execution.context import Info
from api.execution.http.networks import network_of
from api.members.types import MemberPayload, existing_members
from api.payloads import mutation
from api.sessions.types import (
    LinkCustomerInput,
    RefreshSessionInput,
    RequestSignInCodeInput,
    RequestSignInCodePayload,
    Session,
    SessionPayload,
    SignInInput,
    SignOutPayload,
    UpdateProfileInput,
)
from community import belongings
from community.media.places import Avatars
from community.referrals import merging as merging_referrals
from domain.errors import NotFound
from domain.members import Role
from gamification.ledger import merging
from infra.database import Transaction
from infra.ids import Kind, decode_key
from members import linking, profile
from members.sign_in import Came


@strawberry.type
class SessionMutations:
    @mutation(description="Sends a code of six digits to an e-mail address or a phone.")
    async def request_sign_in_code(
        self,
        info: Info,
        input: RequestSignInCodeInput,  # noqa: A002
    ) -> RequestSignInCodePayload:
        context = info.context
        await context.services.sign_in.request_code(
            input.account, context.locale, now=await context.now()
        )
        return RequestSignInCodePayload(sent=True)

    @mutation(description="Turns a code into a session; a new account becomes a member.")
    async def sign_in(self, info: Info, input: SignInInput) -> SessionPayload:  # noqa: A002
        context = info.context
        signed_in = await context.services.sign_in.sign_in(
            input.account,
            input.code,
            now=await context.now(),
            referral_code=input.referral_code,
            came=Came(network_of(context.address), input.device_token, context.invite),
        )
        return SessionPayload(session=await Session.of(context, signed_in.session))

    @mutation(description="Continues a session with new tokens.")
    async def refresh_session(
        self,
        info: Info,
        input: RefreshSessionInput,  # noqa: A002
    ) -> SessionPayload:
        granted = await info.context.services.sessions.refresh(input.refresh_token)
        return SessionPayload(session=await Session.of(info.context, granted))

    @mutation(description="Ends the session that the request's token belongs to.")
    async def sign_out(self, info: Info) -> SignOutPayload:
        info.context.signed_in()
        viewer = info.context.viewer
        session_id = None if viewer is None else viewer.session_id
        if session_id is not None:
            await info.context.services.sessions.sign_out(session_id)
        return SignOutPayload(signed_out=session_id is not None)

    @mutation(description="Changes the viewer's own profile.")
    async def update_profile(
        self,
        info: Info,
        input: UpdateProfileInput,  # noqa: A002
    ) -> MemberPayload:
        context = info.context
        member_id = context.signed_in()
        platform = context.services.platform
        await profile.update(
            platform.database,
            member_id,
            input.changes(),
            change_avatar=Avatars(platform),
            now=await context.now(),
        )
        return MemberPayload(member=await context.load(existing_members, member_id))

    @mutation(
        description="Service accounts and admins: the shop's own customer number of a member who "
        "signed up here."
    )
    async def link_customer(
        self,
        info: Info,
        input: LinkCustomerInput,  # noqa: A002
    ) -> MemberPayload:
        context = info.context
        context.require(Role.SERVICE, Role.ADMIN)
        member_id = decode_key(input.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("node.not_found", field=("memberId",))
        linked = await linking.link_customer(
            context.services.platform.database,
            member_id,
            input.customer_ref,
            hold=_hold,
            follow=merging_referrals.follow,
            now=await context.now(),
        )
        return MemberPayload(member=await context.load(existing_members, linked))


async def _hold(tx: Transaction, member_ids: Sequence[UUID]) -> set[UUID]:
    """Holds the members as the engine does; who of them owns what no activity tells of."""
    return await merging.hold(tx, member_ids) | await belongings.owners(tx, member_ids)
