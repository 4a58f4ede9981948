"""The shop that the clients visit: a deployment as its users start it, with a rule and a board."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from tests.support.command import LAURELS, Command

CUSTOMERS: Final = {"ws": "C-ws", "apollo": "C-apollo", "urql": "C-urql", "shopper": "C-fuzz"}
"""Customer numbers by the names under which the clients know them: one each."""

_STAFF: Final = ("admin", "service")
_READY: Final = "Laurels is ready at "
_RULE: Final = {
    "key": "base",
    "name": "消费积分",
    "state": "LIVE",
    "trigger": "order.paid",
    "points": "activity.attributes.total",
}
_BOARD: Final = {
    "key": "spend",
    "name": "消费榜",
    "unit": "元",
    "period": "ALL_TIME",
    "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"},
}
_SAVE: Final = """mutation Save($rule: EarnRuleInput!, $board: LeaderboardInput!) {
  saveEarnRule(input: $rule) { userErrors { message } }
  saveLeaderboard(input: $board) { userErrors { message } }
}"""


@dataclass(frozen=True, slots=True)
class Shop:
    """A deployment that is up. `tokens` are by client, and by role for staff."""

    address: str
    tokens: dict[str, str]
    log: Path

    def as_json(self) -> str:
        return orjson.dumps({"address": self.address, "tokens": self.tokens}).decode()

    def mishaps(self) -> list[dict[str, Any]]:
        """Whatever its processes logged as an error, oldest first."""
        lines = [orjson.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["level"] in {"error", "critical"}]


@contextmanager
def serving(folder: Path) -> Iterator[Shop]:
    """A sandbox in this folder, stopped at the end. An order's total is its points and score."""
    command = Command(
        {
            "LAURELS_HOME": str(folder / "home"),
            "DEMO": "0",
            "SANDBOX": "1",
            "PORT": "0",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "WARNING",
        }
    )
    log = folder / "log"
    with log.open("w") as written, _up(command, written.fileno()) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            assert line.startswith(_READY), log.read_text()
            shop = Shop(line.removeprefix(_READY), _tokens(command), log)
            _settle(shop)
            yield shop
        finally:
            process.terminate()
            process.wait(timeout=30)


def _up(command: Command, log: int) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [*LAURELS, "up"],
        env=command.environment,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )


def _tokens(command: Command) -> dict[str, str]:
    words = [word for ref in CUSTOMERS.values() for word in ("--customer", ref)]
    members = command("token", *words).stdout.split()
    staff = {role: command("token", "--role", role).stdout.strip() for role in _STAFF}
    return dict(zip(CUSTOMERS, members, strict=True)) | staff


def _settle(shop: Shop) -> None:
    answer = httpx.post(
        f"{shop.address}/graphql",
        json={"query": _SAVE, "variables": {"rule": _RULE, "board": _BOARD}},
        headers={"authorization": f"Bearer {shop.tokens['admin']}"},
        timeout=30,
    ).json()
    assert "errors" not in answer, answer
    assert [payload["userErrors"] for payload in answer["data"].values()] == [[], []], answer
