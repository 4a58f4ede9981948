"""A rule that is simulated on the demo's real orders gives what it gives when they come again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pytest

from domain.calendar import NEVER, day_of
from domain.earning import RuleState
from gamification.programme import service as programme
from gamification.programme.service import RuleDraft
from insights.simulation import Window, simulate
from server.importing import import_rows
from server.wiring import Laurels
from tests.support.shop import SHANGHAI

ORDERS = Path(__file__).parent.parent.parent / "demo" / "music_store_orders.csv"
ROWS = 1_200
ALWAYS = Window(datetime.fromisoformat("1990-01-01T00:00:00Z"), NEVER)
DRAFT = RuleDraft(
    key="draft", name="Draft", state=RuleState.DRAFT, trigger="order.paid",
    condition="member.orderCount < 2 || activity.attributes.total >= 50.0",
    points="activity.attributes.total * 1.3", cap_per_member_per_day=60,
)  # fmt: skip


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """The first orders of the demo."""

    def write() -> Path:
        path = tmp_path / "orders.csv"
        with ORDERS.open(encoding="utf-8") as whole:
            path.write_text("".join(islice(whole, ROWS + 1)), "utf-8")
        return path

    return await asyncio.to_thread(write)


async def given(laurels: Laurels) -> tuple[dict[date, int], list[int]]:
    """Points by day, and of each rewarded member, ascending."""
    rows = await laurels.platform.database.fetch(
        "SELECT e.member_id, a.occurred_at, e.available FROM points_entry e"
        " JOIN activity a ON a.id = e.activity_id WHERE e.kind = 'EARN'"
    )
    days: defaultdict[date, int] = defaultdict(int)
    members: defaultdict[object, int] = defaultdict(int)
    for row in rows:
        days[day_of(row["occurred_at"], SHANGHAI)] += row["available"]
        members[row["member_id"]] += row["available"]
    return dict(days), sorted(members.values())


async def test_the_simulation_equals_what_happens_afterwards(
    laurels: Laurels, file: Path, emptying: str
) -> None:
    await import_rows(laurels, file, lambda _: None)
    expected = await simulate(laurels.platform.database, DRAFT, ALWAYS)
    async with laurels.platform.database.transaction() as tx:
        await tx.execute(emptying)
        await tx.execute("SELECT remember_whole_programme()")
    live = replace(DRAFT, state=RuleState.LIVE)
    await programme.save_rule(laurels.platform, laurels.programmes.expressions, live)
    await import_rows(laurels, file, lambda _: None)
    days, members = await given(laurels)
    assert expected.activities == ROWS
    assert {day: one.points for day, one in expected.days if one.points} == days
    assert (expected.points, expected.members) == (sum(members), len(members))
