"""A whole programme live: forty readings of eight types of activities, then ten times as many.

Rules, badges of every measure and of several windows, boards, challenges that members have joined,
and tiers. The larger programme has nine times as many readings more, of types that nobody sends:
what matches stays the same, so that the difference is what it costs merely to have them. Compared
is the CPU time of all processes, because the wall clock of a shared machine tells who else was at
work; the two deployments take turns.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import PIL.Image

from bench.figures import Figure
from bench.rig import Client, Deployment, deployment
from bench.shop import INGEST, SAVE_BOARD, SAVE_RULE, activity

RATE: Final = 3_000
TIMES: Final = 1.5
MEMBERS: Final = 5_000
_JOINED: Final = 200
_ROUNDS: Final = 6
_BATCHES: Final = 4
_SIZE: Final = 1_000
_MATCHING: Final = 40

TYPES: Final = (
    "order.paid", "store.visited", "app.opened", "review.written",
    "video.watched", "survey.answered", "page.shared", "quiz.solved",
)  # fmt: skip

_SAVE_BADGE: Final = (
    "mutation ($input: BadgeInput!) { saveBadge(input: $input) { userErrors { message } } }"
)
_SAVE_TIER: Final = (
    "mutation ($input: TierInput!) { saveTier(input: $input) { userErrors { message } } }"
)
_SAVE_TIER_RULES: Final = (
    "mutation ($input: TierRulesInput!) { saveTierRules(input: $input) { userErrors { message } } }"
)
_SAVE_CHALLENGE: Final = (
    "mutation ($input: ChallengeInput!)"
    " { saveChallenge(input: $input) { challenge { id } userErrors { message } } }"
)
_JOIN: Final = (
    "mutation ($id: ID!) { joinChallenge(input: {challengeId: $id}) { userErrors { message } } }"
)

_WINDOWS: Final[tuple[dict[str, Any], ...]] = (
    {"window": "ALL_TIME"},
    {"window": "MONTH"},
    {"window": "ROLLING_DAYS", "rollingDays": 30},
)
_MEASURES: Final[tuple[dict[str, Any], ...]] = (
    {"measure": "COUNT"},
    {"measure": "SUM", "attribute": "worth"},
    {"measure": "DISTINCT", "attribute": "subject"},
    {"measure": "STREAK"},
)


async def measure() -> list[Figure]:
    """The firehose under forty readings, and the same under four hundred."""
    async with deployment() as forty, deployment() as many:
        small, large = await _opened(forty, 1), await _opened(many, 10)
        rates: list[float] = []
        seconds: list[tuple[float, float]] = []
        for number in range(_ROUNDS + 1):
            rate, few = await _pour(forty, small, number)
            _, more = await _pour(many, large, number)
            rates.append(rate)
            seconds.append((few, more))
        await _check(forty)
    counted = seconds[1:]  # the first warms up
    of_few, of_many = (median(column) for column in zip(*counted, strict=True))
    ratio, rate = median(b / a for a, b in counted), median(rates[1:])
    return [
        Figure("activities to all effects, 40 readings", rate, "/s", "≥ 3,000/s", rate >= RATE),
        Figure("CPU of 1,000 activities, 40 readings", of_few * 1000, "ms"),
        Figure("CPU of 1,000 activities, 400 readings", of_many * 1000, "ms"),
        Figure("400 ÷ 40, matches equal", ratio, "×", f"≤ {TIMES}", ratio <= TIMES),
    ]


async def _opened(running: Deployment, times: int) -> str:
    """Saves so many times forty readings; the token of whoever pours."""
    admin = Client(running.port, await running.token("--role", "admin"))
    service = await running.token("--role", "service")
    first = Client(running.port, service)
    image = await _picture(running)  # a badge without one has medals drawn, which is no reading
    for group in range(times):
        await _save_readings(admin, TYPES if group == 0 else _unsent(group), group, image)
    joined = [activity(TYPES[1], f"first-{n}", n, {}) for n in range(MEMBERS)]
    for start in range(0, MEMBERS, _SIZE):
        await first.ask(INGEST, {"input": {"activities": joined[start : start + _SIZE]}})
    await _join(running, admin)
    await asyncio.sleep(5)  # until the worker has looked back
    await admin.close()
    await first.close()
    return service


def _unsent(group: int) -> tuple[str, ...]:
    return tuple(f"type{group}_{place}.sent" for place in range(len(TYPES)))


async def _picture(running: Deployment) -> str:
    """The id of a picture of the programme."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "badge.png"
        await asyncio.to_thread(PIL.Image.new("RGB", (64, 64)).save, path)
        [image] = await running.command("image", "add", str(path))
    return image


async def _save_readings(admin: Client, types: tuple[str, ...], group: int, image: str) -> None:
    """Forty: 16 rules, 12 badges, 6 boards, and for the first group 4 challenges and 2 tiers."""
    for place in range(16):
        rule = {"key": f"r{group}-{place}", "trigger": types[place % 8], "state": "LIVE"}
        rule |= {"name": rule["key"], "points": "activity.attributes.worth"}
        if place >= 8:  # noqa: PLR2004 - the second half
            rule["condition"] = "activity.attributes.channel == 'app'"
        await _save(admin, SAVE_RULE, rule)
    for place in range(12):
        metric = {"trigger": [types[place % 8]]} | _MEASURES[place % 4] | _WINDOWS[place % 3]
        badge = {"key": f"b{group}-{place}", "name": "B", "description": "B", "metric": metric,
                 "thresholds": [5, 50, 500], "revocable": place % 5 == 0,
                 "imageId": image}  # fmt: skip
        await _save(admin, _SAVE_BADGE, badge)
    for place in range(6):
        metric = {"trigger": [types[place]]} | _MEASURES[place % 2]
        board = {"key": f"l{group}-{place}", "name": "L", "unit": "n", "metric": metric}
        board["period"] = ("ALL_TIME", "MONTH", "WEEK")[place % 3]
        await _save(admin, SAVE_BOARD, board)
    for place in range(4 if group == 0 else 6):
        await _save(admin, _SAVE_CHALLENGE, _challenge(f"c{group}-{place}", types[place]))
    if group == 0:
        tier = {"key": "gold", "name": "Gold", "level": 1, "threshold": 500}
        await _save(admin, _SAVE_TIER, tier | {"pointsMultiplier": "1.5"})
        metric = {"trigger": [types[0]], "measure": "SUM", "attribute": "worth",
                  "window": "ROLLING_DAYS", "rollingDays": 365}  # fmt: skip
        await _save(admin, _SAVE_TIER_RULES, {"metric": metric})


def _challenge(key: str, type_: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    goal = {"key": "g", "name": "G", "target": 1_000_000}
    goal |= {"metric": {"trigger": [type_], "measure": "COUNT", "window": "PARTICIPATION"}}
    return {
        "key": key,
        "name": "C",
        "description": "C",
        "mode": "SOLO",
        "startsAt": (now - timedelta(days=1)).isoformat(),
        "endsAt": (now + timedelta(days=30)).isoformat(),
        "goals": [goal],
        "reward": {"points": 10},
    }


async def _save(admin: Client, mutation: str, written: dict[str, Any]) -> None:
    (answer,) = (await admin.ask(mutation, {"input": written})).values()
    assert not answer["userErrors"], (written, answer)


async def _join(running: Deployment, admin: Client) -> None:
    """Some members take part in every challenge that counts."""
    query = "{ challenges(first: 100) { nodes { id key } } }"
    found = (await admin.ask(query))["challenges"]["nodes"]
    ids = [one["id"] for one in found if one["key"].startswith("c0-")]
    refs = [word for n in range(_JOINED) for word in ("--customer", f"c{n}")]
    for token in await running.tokens(*refs):
        client = Client(running.port, token)
        for id_ in ids:
            answer = await client.ask(_JOIN, {"id": id_})
            assert not answer["joinChallenge"]["userErrors"], answer
        await client.close()


async def _pour(running: Deployment, service: str, number: int) -> tuple[float, float]:
    """Activities a second, and CPU seconds for 1,000 of them."""
    clients = [Client(running.port, service) for _ in range(_BATCHES)]  # idle ones were closed
    bodies = [Client.body(INGEST, {"input": {"activities": one}}) for one in _load(number)]
    before, began = _cpu_seconds(running), time.perf_counter()
    answers = await asyncio.gather(
        *(client.send(body) for client, body in zip(clients, bodies, strict=True))
    )
    took = time.perf_counter() - began
    for client in clients:
        await client.close()
    for answer in answers:
        assert answer.count(b'"APPLIED"') == _SIZE, answer[:500]
    await asyncio.sleep(1)  # what the processes still do about them
    return _BATCHES * _SIZE / took, (_cpu_seconds(running) - before) / _BATCHES


def _load(number: int) -> Iterator[list[dict[str, Any]]]:
    """Batches of all eight types by established members: the same for the same number."""
    draw = random.Random(number)  # noqa: S311 - a load, not a secret
    now = datetime.now(UTC)
    for batch in range(_BATCHES):
        yield [_activity(draw, f"{number}-{batch}-{n}", now) for n in range(_SIZE)]


def _activity(draw: random.Random, name: str, now: datetime) -> dict[str, Any]:
    type_ = draw.choice(TYPES)
    attributes: dict[str, Any] = {
        "worth": draw.randrange(1, 50),
        "subject": f"s{draw.randrange(30)}",
        "channel": draw.choice(("app", "web")),
    }
    if type_ == TYPES[0]:
        total = f"{draw.randrange(1000, 50_000) / 100:.2f}"
        attributes |= {"orderRef": f"o-{name}", "total": total, "currency": "CNY"}
    written = activity(type_, f"a-{name}", draw.randrange(MEMBERS), attributes)
    written["occurredAt"] = (now - timedelta(seconds=draw.randrange(2 * 86_400))).isoformat()
    return written


def _cpu_seconds(running: Deployment) -> float:
    family = [running.process, *running.process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


async def _check(running: Deployment) -> None:
    """The readings really read: every badge of the programme is held by somebody."""
    client = Client(running.port, await running.token("--role", "admin"))
    answer = await client.ask("{ badges { key holderCount } }")
    held = {one["key"]: one["holderCount"] for one in answer["badges"]}
    await client.close()
    assert len(held) == 12 and sum(held.values()) > MEMBERS // 10, held  # noqa: PLR2004, PT018
