"""Tokens from the command line: for customers, for people made staff, for staff accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.members import Role, check_customer_ref, staff_handle
from infra.database import Database, Transaction
from infra.ids import new_id
from members import session_store, store
from members.enrolment import enrol, record_joining
from members.signing_keys import real_time
from members.tokens import Tokens

LIFETIME: Final = timedelta(days=365)


async def issue(
    database: Database,
    tokens: Tokens,
    customer_refs: Sequence[str],
    role: Role | None = None,
    *,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> list[str]:
    """One token for each customer number, in their order; each a session that can be ended.

    Unknown customers are enrolled, and with a `role` made staff. Without a customer number the
    token is of the staff account named after the role. `lifetime` is in real time.

    Raises: Invalid.
    """
    for ref in customer_refs:
        check_customer_ref(ref)
    expires_at = real_time() + lifetime

    async def work(tx: Transaction) -> list[tuple[UUID, UUID]]:
        members = await _members(tx, customer_refs, role, now=now)
        sessions = [(new_id(), member_id) for member_id in members]
        await session_store.open_sessions(tx, sessions, real_time(), expires_at=expires_at)
        return sessions

    sessions = await database.in_transaction(work)
    profiles = await store.profiles(database, [member_id for _, member_id in sessions])
    return [
        (
            await tokens.issue(
                member_id, profiles[member_id].roles, session_id=session_id, lifetime=lifetime
            )
        ).text
        for session_id, member_id in sessions
    ]


async def _members(
    tx: Transaction, customer_refs: Sequence[str], role: Role | None, *, now: datetime
) -> list[UUID]:
    if not customer_refs and role is not None:
        return [await store.staff_account(tx, new_id(), staff_handle(role), role, now)]
    enrolled = await enrol(tx, customer_refs, now)
    await record_joining(tx, enrolled, now)
    ids = [one.member_id for one in enrolled]
    if role is not None:
        await store.add_role(tx, ids, role)
    return ids
