"""`kill -9` of each process in turn, under load: nothing acknowledged is lost, nothing repeated."""

from __future__ import annotations

import itertools
import os
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import redis

from server.engines.home import Home
from tests.support.command import Command

READY = "Laurels is ready at "
MEMBERS = 7
BATCH = 20
PATIENCE = 30.0
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused over http; httpx loads one a call
RULE = {
    "key": "base",
    "name": "Base",
    "state": "LIVE",
    "trigger": "order.paid",
    "points": "activity.attributes.total",
}
BOARD = {
    "key": "spend",
    "name": "Spend",
    "unit": "CNY",
    "period": "ALL_TIME",
    "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"},
}
SAVE = """mutation Save($rule: EarnRuleInput!, $board: LeaderboardInput!) {
  saveEarnRule(input: $rule) { userErrors { message } }
  saveLeaderboard(input: $board) { userErrors { message } }
}"""
INGEST = """mutation Ingest($input: IngestActivitiesInput!) {
  ingestActivities(input: $input) { results { outcome } userErrors { message } }
}"""
TOP = """{ leaderboard(key: "spend") { top { score member { id } } } }"""
BALANCE = "query ($ref: String!) { customer(ref: $ref) { points { available } } }"


@dataclass(slots=True)
class Load:
    """A shop that reports orders without pause, and again until it has an answer."""

    address: str
    token: str
    expected: dict[str, int] = field(default_factory=dict[str, int])
    answered: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        for number in itertools.count():
            if self._stop.is_set():
                return
            batch = [_order(number * BATCH + place) for place in range(BATCH)]
            while not self._send(batch):
                time.sleep(0.05)
            for order in batch:
                who, total = order["customerRef"], int(order["attributes"]["total"])
                self.expected[who] = self.expected.get(who, 0) + total
            self.answered += 1

    def _send(self, batch: list[dict[str, Any]]) -> bool:
        try:
            data = ask(self.address, self.token, INGEST, input={"activities": batch})
            results = data["ingestActivities"]["results"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AssertionError):
            return False
        outcomes = {result["outcome"] for result in results}
        assert outcomes <= {"APPLIED", "DUPLICATE"}, outcomes
        return True

    def goes_on(self) -> bool:
        """Whether two more batches are answered before patience ends."""
        target = self.answered + 2
        return soon(lambda: self.answered >= target)

    @contextmanager
    def pouring(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()


def _order(number: int) -> dict[str, Any]:
    return {
        "type": "order.paid",
        "source": "shop",
        "externalId": f"order-{number}",
        "customerRef": f"c{number % MEMBERS}",
        "occurredAt": "2026-01-01T00:00:00Z",
        "attributes": {"total": str(number % 97 + 1), "currency": "CNY"},
    }


def ask(address: str, token: str, query: str, **variables: object) -> Any:  # noqa: ANN401 - JSON
    answer = httpx.post(
        f"{address}/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {token}"},
        timeout=10,
        verify=PLAIN,
    ).json()
    assert "errors" not in answer, answer
    return answer["data"]


def soon(true: Callable[[], bool]) -> bool:
    """Whether it becomes true before patience ends."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def up(command: Command) -> Iterator[tuple[psutil.Process, str]]:
    """A deployment, ready; ended at the end if it still runs."""
    with command.start("up") as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(READY), line
            yield psutil.Process(process.pid), line.removeprefix(READY)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def kill(supervisor: psutil.Process, what: str) -> None:
    """`kill -9` of the first child whose command line holds these words."""
    victims = [one for one in supervisor.children() if what in " ".join(one.cmdline())]
    assert victims, what
    os.kill(victims[0].pid, signal.SIGKILL)


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(
        {
            "LAURELS_HOME": str(tmp_path / "home"),
            "DEMO": "0",
            "SANDBOX": "1",
            "PORT": "0",
            "LOG_LEVEL": "ERROR",
        }
    )


def settle_shop(command: Command, address: str) -> str:
    """Saves the rule and the board; a service token."""
    ask(address, command("token", "--role", "admin").stdout.strip(), SAVE, rule=RULE, board=BOARD)
    return command("token", "--role", "service").stdout.strip()


def holds_exactly(load: Load, address: str) -> bool:
    """Whether every balance is what was reported, once."""
    balances = {
        ref: ask(address, load.token, BALANCE, ref=ref)["customer"]["points"]["available"]
        for ref in load.expected
    }
    assert balances == load.expected
    return True


def shown_scores(load: Load, address: str) -> list[int]:
    entries = ask(address, load.token, TOP)["leaderboard"]["top"]
    return [entry["score"] for entry in entries]


def test_every_process_may_die_under_load_and_nothing_is_lost_or_repeated(
    command: Command,
) -> None:
    with up(command) as (supervisor, address):
        load = Load(address, settle_shop(command, address))
        with load.pouring():
            for victim in ("bin/postgres", "valkey-server", "server worker", "api-process"):
                assert load.goes_on(), f"before killing {victim}"
                kill(supervisor, victim)
                assert load.goes_on(), f"after killing {victim}"
        assert holds_exactly(load, address)
        assert soon(lambda: shown_scores(load, address) == sorted(load.expected.values())[::-1])
        assert command("verify").returncode == 0


def test_boards_are_back_after_redis_lost_everything(command: Command, tmp_path: Path) -> None:
    with up(command) as (_, address):
        load = Load(address, settle_shop(command, address))
        with load.pouring():
            assert load.goes_on()
            engines = Home.at(tmp_path / "home").recall()
            assert engines is not None
            redis.Redis.from_url(engines.redis_url).flushall()
            assert load.goes_on()
        assert shown_scores(load, address) == sorted(load.expected.values())[::-1]
        assert soon(lambda: command("verify").returncode == 0)
        assert command("rebuild", "leaderboards").returncode == 0
        assert shown_scores(load, address) == sorted(load.expected.values())[::-1]


def test_a_killed_deployment_starts_again_with_everything_it_had_acknowledged(
    command: Command,
) -> None:
    with up(command) as (supervisor, address):
        load = Load(address, settle_shop(command, address))
        family = supervisor.children(recursive=True)
        with load.pouring():
            assert load.goes_on()
        supervisor.kill()
        assert soon(lambda: not any(_runs(one) for one in family))
    with up(command) as (_, address):
        assert holds_exactly(load, address)
        assert command("verify").returncode == 0


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
