"""The shop that the clients visit, as Python and as JSON for Node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

CUSTOMERS: Final = {"ws": "C-ws", "apollo": "C-apollo", "urql": "C-urql", "fuzz": "C-fuzz"}
"""Customer numbers by the names under which the clients know them: one each."""

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
    """A deployment that is up. `tokens` are by client, and by role for `admin` and `service`."""

    address: str
    tokens: dict[str, str]
    log: Path

    def as_json(self) -> str:
        return orjson.dumps({"address": self.address, "tokens": self.tokens}).decode()

    def mishaps(self) -> list[dict[str, Any]]:
        """Whatever its processes logged as an error, oldest first."""
        lines = [orjson.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line["level"] in {"error", "critical"}]


def settle(shop: Shop) -> None:
    """Saves the rule and the board: an order's total is its points and its score."""
    answer = httpx.post(
        f"{shop.address}/graphql",
        json={"query": _SAVE, "variables": {"rule": _RULE, "board": _BOARD}},
        headers={"authorization": f"Bearer {shop.tokens['admin']}"},
        timeout=30,
    ).json()
    payloads = answer["data"].values()
    assert [payload["userErrors"] for payload in payloads] == [[], []], answer
