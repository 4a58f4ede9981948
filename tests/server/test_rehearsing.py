"""A changed programme lives through the demo shop's past, beside the present one."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from pathlib import Path

import pytest

from domain.errors import Invalid
from gamification.replay.checking import check
from infra.i18n import Locale
from server.demo_plan import demo_customers
from server.programme import commands
from server.rehearsing import INVALID, Question, rehearse
from server.wiring import Laurels
from tests.support.command import Command

SINCE, UNTIL = date(1997, 1, 1), date(1997, 1, 2)


@pytest.fixture
async def file(demo: Laurels, tmp_path: Path) -> Path:
    """The present programme, as it is exported."""
    path = tmp_path / "programme.yaml"
    await commands.export(demo, path, everything=False)
    return path


def let_first_orders_earn(file: Path, points: str) -> None:
    before, rule, after = file.read_text("utf-8").partition("  order.first:")
    changed = re.sub(r"points: .*", f"points: {points}", after, count=1)
    file.write_text(before + rule + changed, "utf-8")


async def figures(
    laurels: Laurels, path: Path, capsys: pytest.CaptureFixture[str], **more: Path
) -> list[str]:
    capsys.readouterr()
    question = Question(path, SINCE, UNTIL)
    report = more.get("report")
    assert await rehearse(laurels, question, report=report, locale=Locale.EN) == 0
    return capsys.readouterr().out.splitlines()


async def given(laurels: Laurels) -> int:
    """What the demo's orders really gave."""
    points: int = await laurels.platform.database.fetchval(
        "SELECT sum(e.available + e.pending)::bigint FROM points_entry e"
        " JOIN activity a ON a.id = e.activity_id WHERE e.kind = 'EARN' AND a.type = 'order.paid'"
    )
    return points


async def test_the_same_programme_gives_the_same(
    demo: Laurels, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points = await given(demo)
    lines = await figures(demo, file, capsys)
    assert lines[0] == f"Points: {points:,} → {points:,}"
    assert lines[3].startswith("Members who gain / lose / neither: 0 / 0 / ")


async def test_a_changed_rule_shows_in_points_and_in_what_they_are_worth(
    demo: Laurels, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    points, members = await given(demo), len(demo_customers())
    let_first_orders_earn(file, "70")
    lines = await figures(demo, file, capsys)
    changed = points - 30 * members
    assert lines[0] == f"Points: {points:,} → {changed:,}"
    assert lines[1] == (f"What they are worth: {points / 100:,.2f} USD → {changed / 100:,.2f} USD")
    assert lines[3] == f"Members who gain / lose / neither: 0 / {members} / 0"


async def test_nothing_real_is_changed(
    demo: Laurels, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = demo.platform.database
    counted = "SELECT (SELECT version FROM programme), (SELECT count(*) FROM earn_rule),"
    counted += " (SELECT count(*) FROM points_entry), (SELECT count(*) FROM programme_history)"
    before = await database.fetchrow(counted)
    let_first_orders_earn(file, "70")
    await figures(demo, file, capsys)
    assert await database.fetchrow(counted) == before
    assert (await check(demo.platform, demo.engines.database_url)).clean


async def test_the_report_is_written(
    demo: Laurels, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    await figures(demo, file, capsys, report=report)
    text = await asyncio.to_thread(report.read_text, "utf-8")
    assert "<svg" in text
    assert "首单礼 · First order" in text


async def test_a_file_that_cannot_be_the_programme_is_not_rehearsed(
    demo: Laurels, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    let_first_orders_earn(file, "1 +")
    question = Question(file, SINCE, UNTIL)
    assert await rehearse(demo, question, report=None, locale=Locale.EN) == INVALID
    assert "rules.order.first.points" in capsys.readouterr().err


async def test_a_window_without_days_is_refused(demo: Laurels, file: Path) -> None:
    with pytest.raises(Invalid, match="empty"):
        await rehearse(demo, Question(file, UNTIL, SINCE), report=None, locale=None)


@pytest.mark.unreplayed("rows are damaged here")
async def test_the_commands_say_how_it_went(demo: Laurels, file: Path, tmp_path: Path) -> None:
    command = Command(
        {
            "LAURELS_HOME": str(tmp_path / "home"),
            "DATABASE_URL": demo.engines.database_url,
            "REDIS_URL": demo.engines.redis_url,
            "DEMO": "0",
        }
    )
    replayed = command("replay", "--check")
    assert (replayed.returncode, replayed.stdout.count("the same")) == (0, 1), replayed.stderr
    words = ("simulate", "programme", str(file), "--from", "1997-01-01", "--to", "1997-01-02")
    simulated = command(*words, "--lang", "zh-CN")
    assert (simulated.returncode, simulated.stdout.count("积分价值")) == (0, 1), simulated.stderr
    async with demo.platform.database.transaction() as tx:
        await tx.execute("UPDATE points_lot SET remaining = remaining + 1")
    tampered = command("replay", "--check")
    assert tampered.returncode == 1
    assert " lots " in tampered.stdout
