"""`kill -9` of PostgreSQL in the middle of a flash sale: what was answered stands, and no more."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.server.test_kills import PATIENCE, RULE, ask, command, kill, soon, up
from tests.support.command import Command

__all__ = ["command"]

MEMBERS = 20
ORDER_TOTAL = 200  # as many points each
COST = 10
STOCK = 150
LIMIT = 9
TRIES_EACH = 15
BUYERS = 6
SAVE = """mutation Save($rule: EarnRuleInput!, $reward: RewardInput!) {
  saveEarnRule(input: $rule) { userErrors { message } }
  saveReward(input: $reward) { reward { id } userErrors { message } }
}"""
INGEST = """mutation Ingest($input: IngestActivitiesInput!) {
  ingestActivities(input: $input) { results { outcome } }
}"""
REDEEM = """mutation Redeem($input: RedeemRewardInput!) {
  redeemReward(input: $input) { redemption { id } userErrors { code } }
}"""
MINE = "{ me { points { available } redemptions(first: 100) { totalCount } } }"


@dataclass(slots=True)
class Sale:
    """Members who ask for a reward again and again until each try has an answer."""

    address: str
    reward: str
    tokens: list[str]
    answers: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])

    def run(self) -> list[threading.Thread]:
        """The buyers, each with some of the members, all at work."""
        threads = [
            threading.Thread(target=self._buy, args=(buyer,), daemon=True)
            for buyer in range(BUYERS)
        ]
        for one in threads:
            one.start()
        return threads

    def _buy(self, buyer: int) -> None:
        for number in range(TRIES_EACH):
            for member in range(buyer, MEMBERS, BUYERS):
                answer = None
                while answer is None:
                    answer = self._try(member, number)
                self.answers[member, number] = answer

    def _try(self, member: int, number: int) -> str | None:
        """The id of the redemption or the code of the refusal; None: there was no answer."""
        wanted = {"rewardId": self.reward, "idempotencyKey": f"try-{number}"}
        try:
            data = ask(self.address, self.tokens[member], REDEEM, input=wanted)["redeemReward"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AssertionError):
            time.sleep(0.05)
            return None
        errors = data["userErrors"]
        code: str = errors[0]["code"] if errors else data["redemption"]["id"]
        return code

    def won(self) -> dict[int, set[str]]:
        """The redemptions that were answered, by member."""
        won: dict[int, set[str]] = {member: set() for member in range(MEMBERS)}
        for (member, _), answer in self.answers.items():
            if answer not in {"OUT_OF_STOCK", "LIMIT_REACHED"}:
                won[member].add(answer)
        return won


def open_sale(command: Command, address: str) -> Sale:
    """A reward on sale to members with points."""
    reward: dict[str, Any] = {
        "key": "mug", "name": "Mug", "description": "", "kind": "GIFT", "cost": COST,
        "stock": STOCK, "perMemberLimit": LIMIT,
    }  # fmt: skip
    admin = command("token", "--role", "admin").stdout.strip()
    saved = ask(address, admin, SAVE, rule=RULE, reward=reward)["saveReward"]
    refs = [f"c{number}" for number in range(MEMBERS)]
    orders = [
        {
            "type": "order.paid", "source": "shop", "externalId": ref, "customerRef": ref,
            "occurredAt": "2026-01-01T00:00:00Z",
            "attributes": {"total": str(ORDER_TOTAL), "currency": "CNY"},
        }
        for ref in refs
    ]  # fmt: skip
    ask(address, command("token", "--role", "service").stdout.strip(), INGEST,
        input={"activities": orders})  # fmt: skip
    words = [word for ref in refs for word in ("--customer", ref)]
    tokens = command("token", *words).stdout.split()
    return Sale(address, saved["reward"]["id"], tokens)


def test_a_sale_goes_on_after_the_database_was_killed(command: Command) -> None:
    with up(command) as (supervisor, address):
        sale = open_sale(command, address)
        buyers = sale.run()
        for answered in (30, 90):
            assert soon(lambda least=answered: len(sale.answers) >= least)
            kill(supervisor, "bin/postgres")
        for one in buyers:
            one.join(PATIENCE)
            assert not one.is_alive()
        won = sale.won()
        assert sum(map(len, won.values())) == STOCK
        assert max(map(len, won.values())) <= LIMIT
        assert len(sale.answers) == MEMBERS * TRIES_EACH
        for member, token in enumerate(sale.tokens):
            mine = ask(address, token, MINE)["me"]
            assert mine["redemptions"]["totalCount"] == len(won[member])
            assert mine["points"]["available"] == ORDER_TOTAL - COST * len(won[member])
        assert command("verify").returncode == 0
