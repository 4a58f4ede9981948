"""The shop that benchmarks run on: ten live rules, three boards, established members, orders."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench.rig import Client

MEMBERS: Final = 5_000

# What one order meets: seven rules of its type, of which two or three award; three are of others.
RULES: Final[tuple[dict[str, Any], ...]] = (
    {"key": "base", "trigger": "order.paid", "points": "activity.attributes.total"},
    {"key": "large", "trigger": "order.paid", "condition": "activity.attributes.total >= 300.0",
     "points": "50"},
    {"key": "first", "trigger": "order.paid", "condition": "member.orderCount == 0",
     "points": "100"},
    {"key": "gold", "trigger": "order.paid", "condition": "member.tier == 'gold'",
     "points": "activity.attributes.total * 0.5"},
    {"key": "app", "trigger": "order.paid", "condition": "activity.attributes.channel == 'app'",
     "points": "5", "expiresAfterDays": 30},
    {"key": "beauty", "trigger": "order.paid", "points": "15", "pendingDays": 7,
     "condition": "activity.attributes.items.exists(i, i.category == 'beauty')"},
    {"key": "basket", "trigger": "order.paid", "points": "20", "capPerMemberPerDay": 60,
     "condition": "activity.attributes.items.size() >= 3"},
    {"key": "visit", "trigger": "store.visited", "points": "2"},
    {"key": "open", "trigger": "app.opened", "points": "1"},
    {"key": "join", "trigger": "member.joined", "points": "88"},
)  # fmt: skip

BOARDS: Final[tuple[dict[str, Any], ...]] = (
    {"key": "spend", "unit": "CNY", "period": "ALL_TIME",
     "metric": {"trigger": ["order.paid"], "measure": "SUM", "attribute": "total"}},
    {"key": "orders", "unit": "orders", "period": "MONTH",
     "metric": {"trigger": ["order.paid"], "measure": "COUNT"}},
    {"key": "app", "unit": "orders", "period": "WEEK",
     "metric": {"trigger": ["order.paid"], "measure": "COUNT",
                "condition": "activity.attributes.channel == 'app'"}},
)  # fmt: skip

SAVE_RULE: Final = (
    "mutation ($input: EarnRuleInput!) { saveEarnRule(input: $input) { userErrors { message } } }"
)
SAVE_BOARD: Final = (
    "mutation ($input: LeaderboardInput!)"
    " { saveLeaderboard(input: $input) { userErrors { message } } }"
)
INGEST: Final = (
    "mutation ($input: IngestActivitiesInput!) { ingestActivities(input: $input)"
    " { results { outcome error { code } } userErrors { message } } }"
)


async def open_shop(admin: Client, service: Client) -> None:
    """Saves the rules and boards and enrols the members."""
    for rule in RULES:
        written = {"name": rule["key"], "state": "LIVE", **rule}
        answer = await admin.ask(SAVE_RULE, {"input": written})
        assert not answer["saveEarnRule"]["userErrors"], answer
    for board in BOARDS:
        answer = await admin.ask(SAVE_BOARD, {"input": {"name": board["key"], **board}})
        assert not answer["saveLeaderboard"]["userErrors"], answer
    visits = [activity("store.visited", f"visit-{number}", number, {}) for number in range(MEMBERS)]
    for start in range(0, MEMBERS, 1000):
        await service.ask(INGEST, {"input": {"activities": visits[start : start + 1000]}})


def activity(type_: str, name: str, member: int, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": type_,
        "source": "bench",
        "externalId": name,
        "customerRef": f"c{member}",
        "occurredAt": datetime.now(UTC).isoformat(),
        "attributes": attributes,
    }


def orders(seed: int, batches: int, size: int) -> Iterator[list[dict[str, Any]]]:
    """Batches of orders of established members: the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a load, not a secret
    now = datetime.now(UTC)
    for batch in range(batches):
        yield [_order(draw, f"{seed}-{batch}-{number}", now) for number in range(size)]


def _order(draw: random.Random, name: str, now: datetime) -> dict[str, Any]:
    items = [
        {
            "sku": f"sku-{draw.randrange(1000)}",
            "category": draw.choice(("beauty", "home", "food", "sport")),
            "quantity": draw.randrange(1, 4),
            "price": f"{draw.randrange(100, 20_000) / 100:.2f}",
        }
        for _ in range(draw.choice((1, 1, 2, 3)))
    ]
    written = activity(
        "order.paid",
        f"order-{name}",
        draw.randrange(MEMBERS),
        {
            "orderRef": f"order-{name}",
            "total": f"{draw.randrange(1000, 50_000) / 100:.2f}",
            "currency": "CNY",
            "channel": draw.choice(("app", "web")),
            "items": items,
        },
    )
    written["occurredAt"] = (now - timedelta(seconds=draw.randrange(86_400))).isoformat()
    return written
