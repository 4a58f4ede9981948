"""Gives a member who signed up here the shop's own customer number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.errors import Conflict, NotFound
from domain.members import Role, check_customer_ref
from infra.database import Database, Transaction
from members import link_store, session_store, store
from members.accounts import normalise_ref
from members.link_store import Linkable
from members.profile import record_completion

Hold: TypeAlias = Callable[[Transaction, Sequence[UUID]], Awaitable[Collection[UUID]]]
"""Takes the lock under which activities of these members are recorded and applied, and answers who
of them owns what no activity tells of. It gets them in the order of their ids, in which everybody
takes it."""


Follow: TypeAlias = Callable[[Transaction, UUID, UUID, datetime], Awaitable[None]]
"""Hears in the same transaction of who was merged into whom: what hung at the one goes along."""


async def leave_behind(_tx: Transaction, _from: UUID, _to: UUID, _now: datetime) -> None:
    """Where nothing hangs at members but what is known here."""


async def link_customer(
    database: Database,
    member_id: UUID,
    customer_ref: str,
    *,
    hold: Hold,
    now: datetime,
    follow: Follow = leave_behind,
) -> UUID:
    """Links and returns the member that has the number now; linking again changes nothing.

    A number that already has a member draws the account and its devices to that member, as
    long as the signed-up one has done nothing but join, and owns nothing but what that gave.
    While this is judged nothing can be recorded for them, and whoever waited to do so finds
    `store.merged`.

    Raises: Invalid, NotFound, Conflict.
    """
    check_customer_ref(customer_ref)
    ref = normalise_ref(customer_ref)

    async def work(tx: Transaction) -> UUID:
        holder = (await store.find_by_keys(tx, [ref])).get(ref)
        ids = sorted({member_id, holder or member_id})
        owners = await hold(tx, ids)
        members = await link_store.lock(tx, ids)
        if member_id not in members:
            raise NotFound("member.not_found", field=("memberId",))
        member = members[member_id]
        if holder is not None and holder in {member_id, member.merged_into}:
            return holder
        _check_unlinked(member)
        if holder is None:
            await link_store.set_customer_ref(tx, member_id, ref)
            return member_id
        if member_id in owners:
            raise _taken()
        await _merge(tx, member, members[holder], now=now)
        await follow(tx, member_id, holder, now)
        return holder

    return await database.in_transaction(work)


def _check_unlinked(member: Linkable) -> None:
    """A second number would strand what the shop reports by the first."""
    if member.merged_into is not None or not member.is_unlinked:
        raise Conflict("member.already_linked", field=("memberId",))


async def _merge(tx: Transaction, member: Linkable, holder: Linkable, *, now: datetime) -> None:
    may_merge = member.roles == frozenset({Role.SHOPPER}) and holder.merged_into is None
    if not may_merge or await link_store.has_done_more(tx, member.id):
        raise _taken()
    await link_store.move_accounts(tx, member.id, holder.id)
    await session_store.move_sessions(tx, member.id, holder.id)
    await link_store.merge_profile(tx, member.id, holder.id)
    await record_completion(tx, holder.id, now)


def _taken() -> Conflict:
    return Conflict("member.number_taken", field=("customerRef",))
