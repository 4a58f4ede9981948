"""The demo shop's programme is a programme file like any other."""

from __future__ import annotations

from datetime import timedelta

from domain.calendar import day_of, start_of
from gamification.challenges import store as challenges
from gamification.leaderboards import store as boards
from gamification.rewards import store as rewards
from infra import milestones
from server.demo_plan import FOLDER, LOADED
from server.programme.applying import Order, carry_out
from server.programme.reading import read
from server.wiring import Laurels
from tests.support.shop import SHANGHAI


async def test_nothing_but_dates_of_the_first_start_is_added_to_the_file(demo: Laurels) -> None:
    file = read((FOLDER / "programme.yaml").read_bytes())
    drafts = {name: dict(entries) for name, entries in file.drafts.items()}
    del drafts["boards"]["opening"], drafts["rewards"]["test-pressing"]
    del drafts["challenges"], drafts["teamBoards"]
    order = Order(type(file)(drafts, file.places), keep=False)
    outcome = await carry_out(demo.platform, demo.programmes.expressions, order)
    assert [one.name for one in outcome.changes] == ["boards.opening", "rewards.test-pressing"]


async def test_what_begins_with_the_shop_begins_with_its_first_start(demo: Laurels) -> None:
    database = demo.platform.database
    begun = await milestones.reached(database, LOADED)
    board = await boards.board_by_key("opening")
    assert begun is not None
    assert board is not None
    today = day_of(begun, SHANGHAI)
    assert board.starts_at == start_of(today, SHANGHAI)
    assert board.ends_at == start_of(today + timedelta(days=90), SHANGHAI)
    challenge = await challenges.by_key(database, "first-days")
    assert challenge is not None
    assert challenge.terms.ends_at == start_of(today + timedelta(days=30), SHANGHAI)
    shown = await rewards.shown(database, everything=True, now=begun, before=None, limit=99)
    [sale] = [row.reward for row in shown if row.reward.key == "test-pressing"]
    assert sale.starts_at == begun + timedelta(hours=1)
    assert sale.ends_at == begun + timedelta(hours=49)
