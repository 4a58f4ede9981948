"""Children are started, restarted and stopped; engines come back with what they held."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import pytest

from server import supervision
from server.supervision import Child, Team, supervise
from tests.server.engines import asking

ROOT = Path(__file__).parents[2]
SLEEPS = Child.command("sleeps", ["/bin/sleep", "60"])


@dataclass(slots=True)
class Diary:
    """What the supervisor told."""

    entries: list[tuple[str, str, dict[str, object]]] = field(
        default_factory=list[tuple[str, str, dict[str, object]]]
    )

    def __call__(self, name: str, event: str, **data: object) -> None:
        self.entries.append((name, event, data))

    def of(self, event: str) -> list[str]:
        return [name for name, told, _ in self.entries if told == event]

    def pids(self, name: str) -> list[int]:
        return [
            pid
            for who, told, data in self.entries
            if (who, told) == (name, "started") and isinstance(pid := data["pid"], int)
        ]


@contextlib.asynccontextmanager
async def supervised(*children: Child) -> AsyncIterator[tuple[Diary, asyncio.Task[int], Team]]:
    """A supervisor of children that are all ready."""
    diary = Diary()
    ready: asyncio.Future[Team] = asyncio.get_running_loop().create_future()

    async def plan(team: Team) -> None:
        for child in children:
            await team.add(child)
        ready.set_result(team)

    task = asyncio.create_task(supervise(plan, on_event=diary))
    team = await ready
    try:
        yield diary, task, team
    finally:
        if not task.done():
            team.end(0)
        await task


def shell(name: str, script: str, *, grace: float = 5.0) -> Child:
    return Child.command(name, ["/bin/sh", "-c", script], grace=grace)


async def test_a_dead_child_is_back_within_two_seconds() -> None:
    async with supervised(SLEEPS) as (diary, _, _):
        os.kill(diary.pids("sleeps")[0], signal.SIGKILL)
        took = await asking.until(lambda: len(diary.pids("sleeps")) == 2, seconds=30)
        assert psutil.pid_exists(diary.pids("sleeps")[1])
        assert took < 0.5


async def test_even_the_fourth_restart_comes_within_two_seconds() -> None:
    async with supervised(SLEEPS) as (diary, task, _):
        for deaths in range(1, 5):
            os.kill(diary.pids("sleeps")[-1], signal.SIGKILL)
            await asking.until(lambda: len(diary.pids("sleeps")) > deaths, seconds=30)  # noqa: B023
        assert not task.done()


async def test_a_child_that_ends_well_is_started_again_too() -> None:
    async with supervised(shell("short", "sleep 0.1")) as (diary, _, _):
        await asking.until(lambda: len(diary.pids("short")) >= 2, seconds=30)


@pytest.fixture
def restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_RESTS", (0.0, 0.0, 0.0, 0.0))


@pytest.mark.usefixtures("restless")
async def test_the_fifth_death_in_a_minute_ends_everything() -> None:
    async with supervised(SLEEPS, shell("dies", "exit 3")) as (diary, task, _):
        assert await asyncio.wait_for(task, 5) == 1
    assert diary.of("died") == ["dies"] * 5
    assert diary.of("stopped") == ["sleeps"]
    assert not psutil.pid_exists(diary.pids("sleeps")[0])


async def test_deaths_of_several_children_count_together() -> None:
    others = [Child.command(f"child {n}", ["/bin/sleep", "60"]) for n in range(5)]
    async with supervised(*others) as (diary, task, _):
        for child in others:
            os.kill(diary.pids(child.name)[0], signal.SIGKILL)
        assert await asyncio.wait_for(task, 5) == 1


async def test_deaths_of_long_ago_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_WINDOW_SECONDS", 0.05)
    async with supervised(shell("slow", "sleep 0.04")) as (diary, task, _):
        await asking.until(lambda: len(diary.of("died")) > 6, seconds=30)
        assert not task.done()


@pytest.mark.usefixtures("restless")
async def test_a_restart_that_fails_is_a_death_too() -> None:
    working = True

    async def start() -> supervision.Process:
        if not working:
            raise OSError("out of order")
        return await SLEEPS.start()

    async with supervised(Child(name="frail", start=start)) as (diary, task, _):
        working = False
        os.kill(diary.pids("frail")[0], signal.SIGKILL)
        assert await asyncio.wait_for(task, 5) == 1
    assert diary.of("start_failed") == ["frail"] * 4


async def test_a_first_start_that_fails_ends_what_was_started() -> None:
    diary = Diary()

    async def plan(team: Team) -> None:
        await team.add(SLEEPS)
        await team.add(Child.command("absent", ["/no/such/programme"]))

    with pytest.raises(FileNotFoundError):
        await supervise(plan, on_event=diary)
    assert diary.of("stopped") == ["sleeps"]


async def test_children_stop_in_reverse_order() -> None:
    async with supervised(*(shell(name, "sleep 60") for name in "abc")) as (diary, _, _):
        pass
    assert diary.of("stopped") == ["c", "b", "a"]


async def test_what_others_need_stops_after_them_whenever_it_started() -> None:
    needed = replace(SLEEPS, name="needed", ends_last=True)
    async with supervised(SLEEPS, needed, replace(SLEEPS, name="last")) as (diary, task, team):
        team.end(0)
        await task
    assert diary.of("stopped") == ["last", "sleeps", "needed"]


async def test_a_child_that_does_not_listen_is_killed_with_its_own_children() -> None:
    deaf = shell("deaf", "trap '' TERM; sleep 60 & wait; sleep 60", grace=0.2)
    async with supervised(deaf) as (diary, _, _):
        (pid,) = diary.pids("deaf")
        parent = psutil.Process(pid)
        await asking.until(lambda: len(parent.children()) == 1, seconds=30)
        (grandchild,) = parent.children()
    await asking.until(lambda: asking.is_gone(grandchild.pid), seconds=30)
    assert diary.entries[-1] == ("deaf", "stopped", {"status": -signal.SIGKILL})


async def test_a_dead_child_takes_its_own_children_along() -> None:
    async with supervised(shell("parent", "sleep 60 & wait")) as (diary, _, _):
        parent = psutil.Process(diary.pids("parent")[0])
        await asking.until(lambda: len(parent.children()) == 1, seconds=30)
        (grandchild,) = parent.children()
        parent.kill()
        await asking.until(lambda: asking.is_gone(grandchild.pid), seconds=30)


async def test_asking_twice_kills_at_once() -> None:
    deaf = shell("deaf", "trap '' TERM; sleep 60", grace=60)
    async with supervised(deaf) as (diary, task, team):
        await asyncio.sleep(0.1)
        team.end(0)
        await asking.until(lambda: diary.of("stopping") == ["deaf"], seconds=30)
        team.end(0)
        assert await asyncio.wait_for(task, 2) == 0


async def test_add_returns_when_the_child_is_ready(tmp_path: Path) -> None:
    async def ready() -> bool:
        return (tmp_path / "ready").exists()

    script = f"sleep 0.2; touch {tmp_path}/ready; sleep 60"
    child = Child.command("slow", ["/bin/sh", "-c", script], ready=ready)
    async with supervised(child) as (diary, _, _):
        assert (tmp_path / "ready").exists()
        assert diary.of("ready") == ["slow"]


async def test_no_zombie_is_left() -> None:
    async with supervised(shell("short", "sleep 0.05")) as (diary, _, _):
        await asking.until(lambda: len(diary.pids("short")) >= 2, seconds=30)
        assert not psutil.pid_exists(diary.pids("short")[0])


SUPERVISOR = """
import asyncio, sys
from server.supervision import Child, supervise

async def plan(team):
    for name in ("one", "two"):
        await team.add(Child.command(name, ["/bin/sleep", "60"]))
    if sys.argv[1] == "busy":
        await asyncio.sleep(60)

def tell(name, event, **data):
    print(name, event, data.get("pid", ""), flush=True)

sys.exit(asyncio.run(supervise(plan, on_event=tell)))
"""


@contextlib.asynccontextmanager
async def supervisor(mood: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[int]]]:
    """A supervisor in a process of its own, and the numbers of its two children."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SUPERVISOR, mood),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    told = [(await process.stdout.readline()).split() for _ in range(4)]
    yield process, [int(words[2]) for words in told if words[1] == b"started"]
    await process.communicate()


@pytest.mark.parametrize("mood", ["idle", "busy"])
@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_all_and_ends_well(sig: signal.Signals, mood: str) -> None:
    async with supervisor(mood) as (process, children):
        process.send_signal(sig)
        assert await asyncio.wait_for(process.wait(), 5) == 0
    assert [pid for pid in children if psutil.pid_exists(pid)] == []


async def test_children_die_with_a_killed_supervisor() -> None:
    async with supervisor("idle") as (process, children):
        process.kill()
        await process.wait()
    await asking.until(lambda: all(map(asking.is_gone, children)), seconds=30)
