"""Random stories of many members on the real database: in any order, at once, and cut off."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from gamification.memberships.service import MembershipRow
from tests.support.clubs import Club
from tests.support.naive_memberships import Kind, NaiveMembership
from tests.support.shop import SHANGHAI

ROOT = Path(__file__).parents[3]
PROCESS = ROOT / "tests" / "support" / "membership_process.py"
_HANG = 30  # seconds
KINDS: tuple[Kind, ...] = ("renew", "fail", "cancel")


async def test_any_story_is_that_of_the_naive_membership(club: Club) -> None:
    """Invariants are checked when it is over, as after every test here."""
    draw = random.Random(11)  # noqa: S311 - a story, not a secret
    held: dict[str, tuple[MembershipRow, NaiveMembership]] = {}
    seen: set[str] = set()
    for _ in range(250):
        await club.let_pass(hours=draw.randrange(90))
        if draw.random() < 0.3:
            await club.settle()
        ref = f"C-{draw.randrange(4)}"
        if ref in held:
            assert await club.state(ref) == held[ref][1].state(await club.platform.clock.now())
            seen.add(await club.state(ref))
        if ref not in held or await club.state(ref) == "ENDED":
            row = await club.start(ref)
            naive = NaiveMembership(SHANGHAI, row.membership.started_at, 30, trial=False)
            held[ref] = row, naive
            continue
        kind = draw.choice(KINDS)
        await _happens(club, ref, kind, held[ref][0])
        held[ref][1].add(kind, await club.platform.clock.now(), 30)
        assert await club.state(ref) == held[ref][1].state(await club.platform.clock.now())
    assert seen >= {"ACTIVE", "PAST_DUE", "CANCELLED", "ENDED"}


async def _happens(club: Club, ref: str, kind: Kind, row: MembershipRow) -> None:
    if kind == "renew":
        await club.renew(row)
    elif kind == "fail":
        await club.fail(row)
    else:
        await club.cancel(ref)


async def test_everything_at_once_leaves_one_whole_membership(club: Club) -> None:
    await club.rule("base", "activity.attributes.total")
    row = await club.start()
    await club.let_pass(days=31)
    await asyncio.gather(
        *(club.renew(row, f"R-{n}") for n in range(6)),
        *(club.fail(row) for _ in range(3)),
        *(club.cancel() for _ in range(3)),
        *(club.settle() for _ in range(3)),
        *(club.tell(club.paid(f"A-{n}", "10")) for n in range(6)),
        return_exceptions=True,
    )
    periods = await club.count("membership_period")
    assert 1 <= periods <= 7
    assert await club.state() in {"ACTIVE", "PAST_DUE", "CANCELLED", "ENDED"}
    assert await club.available() == 120, "perks stayed all along, or the end came first"


async def test_a_killed_process_leaves_whole_memberships_and_every_payment(
    club: Club, addresses: dict[str, str], database_url: str, worker: int
) -> None:
    redis_url = f"{addresses['redis']}?db={worker}"
    acknowledged: list[str] = []
    for run in range(3):
        acknowledged += await _until_killed(database_url, redis_url, f"run{run}")
        await _until_gone(club)
    paid = "SELECT payment_ref FROM membership_period"
    kept = {row["payment_ref"] for row in await club.platform.database.fetch(paid)}
    assert set(acknowledged) <= kept
    assert len(acknowledged) > 60


async def _until_killed(database_url: str, redis_url: str, name: str) -> list[str]:
    """What the process acknowledged before it was killed in the middle of its work."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROCESS),
        database_url,
        redis_url,
        name,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdout is not None
    lines: list[bytes] = []
    async with asyncio.timeout(_HANG):
        while len(lines) < 30:
            lines.append(await process.stdout.readline())
            assert lines[-1], "the process ended by itself"
    await asyncio.sleep(random.uniform(0, 0.2))  # noqa: S311 - any moment is right
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    whole = rest[: rest.rfind(b"\n") + 1]
    return [line.decode().strip() for line in (*lines, *whole.splitlines())]


async def _until_gone(club: Club) -> None:
    """Until the server has noticed who is gone, and undone what was half done."""
    alive = "pg_stat_activity WHERE application_name = 'laurels-load'"
    async with asyncio.timeout(_HANG):
        while await club.count(f"{alive} AND datname = current_database()"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
