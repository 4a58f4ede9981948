"""The demo shop: on the first start its programme, its community, and its first years' orders.

Everything goes through the doors of any shop: `laurels programme apply`, `laurels import orders`.
Milestones in the database say how far it came: a start that was interrupted is taken up by
the next one, and a shop that is there is never touched again.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain import calendar
from domain.programme_document import LONE
from gamification.badges import jobs as badge_jobs
from gamification.leaderboards import lookback
from gamification.metrics import filling
from gamification.programme import store as programme_store
from infra import milestones
from infra.database import Sql
from server.demo_community import has_community, live, read_script
from server.demo_plan import FOLDER, LOADED, Plan, read_plan
from server.engines import Engines
from server.importing import check, import_rows
from server.programme.applying import Order, carry_out
from server.programme.reading import Drafts, ProgrammeFile, read
from server.settings import Settings
from server.terminal import progress, terminal_locale
from server.wiring import Laurels, assemble

BEGUN: Final = "demo.begun"
_TALKED: Final = "demo.community"  # the milestone that says its community is there


async def load_demo(settings: Settings, engines: Engines) -> None:
    """Fills an empty deployment; does nothing to one that is filled, with this or otherwise.

    Raises: Unavailable.
    """
    async with assemble(settings, engines, name="demo") as laurels:
        begun = await _begin(laurels)
        if begun is None:
            return
        _say(laurels, "demo.loading")
        await load(laurels, FOLDER, begun=begun)
        await milestones.reach(laurels.platform.database, LOADED, begun)


async def load(laurels: Laurels, folder: Path, *, begun: datetime) -> None:
    """The programme first, so that the orders earn by it. Doing it again changes nothing.

    The community comes before the orders: its weeks lie before the start, on which they arrive.
    """
    plan = read_plan(folder)
    await _design(laurels, plan, folder, begun)
    await _look_back(laurels)
    await _talk(laurels, folder, begun)
    orders = folder / plan["orders"]
    found = await asyncio.to_thread(check, orders)
    title = laurels.platform.catalogue.say("import.title", terminal_locale())
    with progress(title, found.rows) as advance:
        await import_rows(laurels, orders, advance)


async def _begin(laurels: Laurels) -> datetime | None:
    """When the loading began that is to be done or gone on with; None when there is none."""
    database = laurels.platform.database
    if await milestones.reached(database, LOADED) is not None:
        return None
    async with database.transaction() as tx:
        begun = await milestones.reached(tx, BEGUN)
        if begun is None and await _in_use(tx):
            return None
        return begun or await milestones.reach(tx, BEGUN, await laurels.platform.clock.now(tx))


async def _in_use(sql: Sql) -> bool:
    """Whether somebody has worked with this deployment: then it is nobody's demo."""
    used: bool = await sql.fetchval(
        "SELECT EXISTS (SELECT FROM member) OR EXISTS (SELECT FROM earn_rule)"
        " OR EXISTS (SELECT FROM leaderboard)"
    )
    return used


async def _design(laurels: Laurels, plan: Plan, folder: Path, begun: datetime) -> None:
    file = read((folder / "programme.yaml").read_bytes())
    zone = calendar.zone(file.drafts["settings"][LONE].time_zone)
    drafts = {**file.drafts, **_dated(file, plan, begun, zone)}
    order = Order(replace(file, drafts=drafts))
    await carry_out(laurels.platform, laurels.programmes.expressions, order)


async def _look_back(laurels: Laurels) -> None:
    """Looks back while there is next to nothing to see: nobody has to do it afterwards."""
    platform, programmes = laurels.platform, laurels.programmes
    current, bind = programmes.current, programmes.expressions.bind
    while (
        await filling.fill_next(platform, current, bind, changed=programme_store.bump)
        + await lookback.fill_next(platform, current, bind)
        + await badge_jobs.judge_next(platform, current, bind)
    ):
        pass


async def _talk(laurels: Laurels, folder: Path, begun: datetime) -> None:
    """The community's last weeks, where the shop's folder has one."""
    database = laurels.platform.database
    if not has_community(folder) or await milestones.reached(database, _TALKED) is not None:
        return
    await live(laurels, read_script(folder), begun=begun)
    await milestones.reach(database, _TALKED, begun)


def _dated(file: ProgrammeFile, plan: Plan, begun: datetime, zone: ZoneInfo) -> Drafts:
    """Boards, rewards and challenges, those with their dates that begin with the shop."""
    boards, rewards = dict(file.drafts["boards"]), dict(file.drafts["rewards"])
    first = calendar.day_of(begun, zone)
    for key, days in plan["season_days"].items():
        ends = calendar.start_of(first + timedelta(days=days), zone)
        starts = calendar.start_of(first, zone)
        boards[key] = replace(boards[key], starts_at=starts, ends_at=ends)
    for key, sale in plan["sales"].items():
        starts = begun + timedelta(hours=sale["starts_in_hours"])
        ends = starts + timedelta(hours=sale["lasts_hours"])
        rewards[key] = replace(rewards[key], starts_at=starts, ends_at=ends)
    return {
        "boards": boards,
        "rewards": rewards,
        "challenges": _challenges(file, plan, first, zone),
    }


def _challenges(file: ProgrammeFile, plan: Plan, first: date, zone: ZoneInfo) -> dict[str, Any]:
    """The challenges of the file, from the first day on for as long as the shop's plan says."""
    challenges = dict(file.drafts["challenges"])
    for key, days in plan["challenge_days"].items():
        dated = replace(
            challenges[key].terms,
            starts_at=calendar.start_of(first, zone),
            ends_at=calendar.start_of(first + timedelta(days=days), zone),
        )
        challenges[key] = replace(challenges[key], terms=dated)
    return challenges


def _say(laurels: Laurels, key: str) -> None:
    print(laurels.platform.catalogue.say(key, terminal_locale()), file=sys.stderr, flush=True)  # noqa: T201
