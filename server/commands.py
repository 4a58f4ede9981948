"""Small commands: tokens, clock, boards, keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import typer

from domain.members import Role
from gamification.leaderboards import rebuild
from infra.clock import parse_step
from members import staff
from members.signing_keys import SigningKeys
from server.wiring import Laurels


async def tokens(
    laurels: Laurels, customers: Sequence[str], role: str | None, *, days: int
) -> list[str]:
    """One bearer token for each customer number, or one of the staff account of the role.

    Raises: Invalid.
    """
    try:
        wanted = None if role is None else Role(role.upper())
    except ValueError:
        known = ", ".join(one.lower() for one in Role if one is not Role.SHOPPER)
        raise typer.BadParameter(f"--role is one of {known}") from None
    return await staff.issue(
        laurels.platform.database,
        laurels.tokens,
        customers,
        wanted,
        now=await laurels.platform.clock.now(),
        lifetime=timedelta(days=days),
    )


async def advance(laurels: Laurels, step: str) -> str:
    """Moves the clock and returns the programme's new present.

    Raises: Invalid, NotAllowed.
    """
    return (await laurels.platform.clock.advance(parse_step(step))).isoformat()


async def rebuild_leaderboards(laurels: Laurels) -> int:
    programme = await laurels.programmes.current(laurels.platform.database)
    return await rebuild.all(laurels.platform, programme.settings.zone)


async def rotate_keys(laurels: Laurels) -> str:
    return await SigningKeys(laurels.platform.database).rotate()
