"""Makes members of customer numbers: once each, however many processes see them first."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.activity import Activity
from domain.members import generated_handle, joined
from infra import activity_log
from infra.database import Transaction
from infra.ids import new_id
from members import store
from members.accounts import normalise_ref

# Short handles first; a batch in which one is taken gets longer ones, which practically never are.
_HANDLE_LENGTHS: Final = (5, 8, 11)
_DRAW_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The member that a ref reaches now, and whether this enrolment made it."""

    ref: str
    member_id: UUID
    is_new: bool


async def enrol(tx: Transaction, refs: Sequence[str], now: datetime) -> list[Enrolled]:
    """Finds or creates the members of up to 1,000 checked refs, one answer a ref, in their order.

    Two spellings of one ref give one member, new only once. The caller records `member.joined`
    for the new ones, in the same transaction.
    """
    keys = [normalise_ref(ref) for ref in refs]
    found = await store.find_by_keys(tx, dict.fromkeys(keys))
    new = await _create(tx, sorted(set(keys) - found.keys()), found, now)
    answer: list[Enrolled] = []
    for ref, key in zip(refs, keys, strict=True):
        answer.append(Enrolled(ref, found[key], new.pop(key, None) is not None))
    return answer


async def _create(
    tx: Transaction, missing: Sequence[str], found: dict[str, UUID], now: datetime
) -> dict[str, UUID]:
    """Adds the missing ones to `found`, by whoever creates them first; returns our own."""
    new: dict[str, UUID] = {}
    for length in _HANDLE_LENGTHS:
        if not missing:
            break
        rows = [(new_id(), key, _handle(length)) for key in missing]
        ours = await store.add_members(tx, rows, now)
        new |= ours
        found |= ours
        if missing := [key for key in missing if key not in ours]:
            found |= await store.find_by_keys(tx, missing)
            missing = [key for key in missing if key not in found]
    return new


def _handle(length: int) -> str:
    return generated_handle(secrets.randbits(_DRAW_BITS), length=length)


async def record_joining(
    tx: Transaction,
    enrolled: Sequence[Enrolled],
    now: datetime,
    attributes: Mapping[str, Any] | None = None,
    *,
    beside: Sequence[Activity] = (),
) -> None:
    """Records `member.joined` for the new ones among them, for the log's consumer to apply.

    `beside` are activities of others that came of it.
    """
    new = [
        joined(one.member_id, key=new_id(), now=now, attributes=attributes or {})
        for one in enrolled
        if one.is_new
    ]
    await activity_log.record(tx, [*new, *beside], applied=False)
