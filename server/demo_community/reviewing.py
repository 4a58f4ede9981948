"""A moderator of the demo's shop, who goes through the queue while the story is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from community.moderation.decisions import deciding, telling
from community.moderation.queue import claims
from community.moderation.queue.store import ItemRow
from domain.errors import Refused
from domain.members import Role, staff_handle
from domain.moderation.deciding import MOST_CLAIMED, Verdict
from domain.moderation.subjects import Action
from infra.ids import new_id
from infra.platform import Platform
from members import store as members

_FINE: Final = Verdict(Action.APPROVE)


async def moderator(platform: Platform) -> UUID:
    """The staff account that `laurels token --role moderator` is for."""
    role, now = Role.MODERATOR, await platform.clock.now()
    async with platform.database.transaction() as tx:
        return await members.staff_account(tx, new_id(), staff_handle(role), role, now)


async def go_through(
    platform: Platform, moderator_id: UUID, is_fine: Callable[[ItemRow], bool]
) -> None:
    """Approves the next of the queue, as far as they are fine, and gives the others back.

    Raises: Refused where one of them cannot be decided.
    """
    dealt = await claims.claim(platform, moderator_id, MOST_CLAIMED)
    fine = [one.id for one in dealt if is_fine(one)]
    answers = await deciding.decide_each(platform, moderator_id, fine, _FINE)
    for answer in answers.values():
        if isinstance(answer, Refused):
            raise answer
    for one in dealt:
        if one.id not in answers:
            await claims.release(platform, moderator_id, one.id)


async def tell(platform: Platform) -> None:
    """Tells authors what was decided, as soon as nobody can undo it in silence."""
    while await telling.tell_next(platform):
        pass
