"""`laurels programme`, run as its users run it."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable

import pytest

from tests.support.command import Command
from tests.support.designer import Designer

RULE = "laurels: 1\nrules:\n  r: {name: R, state: LIVE, trigger: order.paid, points: '%s'}\n"

Written = Callable[[str], str]


def test_the_status_says_same_different_or_invalid(command: Command, written: Written) -> None:
    first = command("programme", "diff", written(RULE % 1))
    assert (first.returncode, first.stdout.splitlines()[0]) == (1, "+ rules.r")
    assert command("programme", "apply", written(RULE % 1)).returncode == 0
    same = command("programme", "diff", written(RULE % 1))
    assert (same.returncode, same.stdout) == (0, "The shop is what the file says.\n")
    assert command("programme", "diff", written("laurels: 1\nswords: {}\n")).returncode == 2


def test_what_cannot_be_compared_is_not_told_as_different(
    command: Command, written: Written
) -> None:
    away = "postgresql://laurels@127.0.0.1:1/laurels"
    assert command("programme", "diff", written(RULE % 1), DATABASE_URL=away).returncode == 2


def test_a_difference_reads_as_old_and_new(command: Command, written: Written) -> None:
    command("programme", "apply", written(RULE % 1))
    done = command("programme", "diff", written(RULE % 2))
    assert done.stdout.splitlines() == [
        "~ rules.r",
        "    points: 1 → 2",
        "0 added, 1 changed, 0 only in the shop.",
    ]


def test_machines_are_told_the_same(command: Command, written: Written) -> None:
    command("programme", "apply", written(RULE % 1))
    told = json.loads(command("programme", "diff", "--json", written(RULE % 2)).stdout)
    [change] = told["changes"]
    assert (told["same"], change["section"], change["key"]) == (False, "rules", "r")
    assert change["fields"] == [{"field": "points", "old": "1", "new": "2"}]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("C.UTF-8", "Nothing was changed. Faults: 1"),
        ("zh_CN.UTF-8", "发现 1 处错误，未作任何更改："),
        ("zh_TW.UTF-8", "發現 1 處錯誤，未作任何變更："),
    ],
)
def test_faults_are_told_in_the_readers_language_where_they_stand(
    command: Command, written: Written, locale: str, said: str
) -> None:
    path = written(RULE % "1 +")
    done = command("programme", "apply", path, LC_ALL=locale)
    head, fault = done.stderr.splitlines()
    column = RULE.splitlines()[2].index("points") + 1
    assert (done.returncode, done.stdout, head) == (2, "", said)
    assert fault.startswith(f"{path}:3:{column}: rules.r.points: ")


def test_an_exported_file_is_no_different_from_the_shop(
    command: Command, written: Written, file: str
) -> None:
    path = written(file)
    assert command("programme", "apply", path).returncode == 0
    assert command("programme", "export", path).returncode == 0
    assert command("programme", "diff", path).returncode == 0
    with open(path, encoding="utf-8") as exported:  # noqa: PTH123
        assert command("programme", "export").stdout == exported.read()


def test_another_version_is_told_in_one_line(command: Command, written: Written) -> None:
    done = command("programme", "apply", "--if-version", "0", written(RULE % 1))
    assert done.returncode == 1
    assert done.stderr.startswith("laurels: The programme has version ")


async def test_a_process_killed_in_the_middle_leaves_the_old_programme(
    designer: Designer, command: Command, written: Written, file: str
) -> None:
    await designer(file)
    before, database = await designer.has(), designer.laurels.platform.database
    changed = file.replace("threshold: 600", "threshold: 700").replace(
        'points: "100"', 'points: "9"'
    )
    async with database.transaction() as tx:
        # The rules come late: everything before them is written by then.
        await tx.execute("SELECT FROM earn_rule_spent FOR UPDATE")
        process = command.start("programme", "apply", written(changed))
        while not await database.fetchval(  # outside: inside it would be what was first seen
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database())"
        ):
            assert process.poll() is None, process.communicate()[0]
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.communicate, timeout=30)
    assert await designer.has() == before
    assert (await designer(changed)).changes
    assert await designer.differs(changed) == []
