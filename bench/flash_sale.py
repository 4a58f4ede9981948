"""A flash sale: a thousand things, twenty thousand attempts, two hundred connections.

First by the service alone, in turns with a peer that does it by ORM under a lock on the reward's
row, both in this process over the same PostgreSQL and as many connections. Then over the real API
of a real deployment: documents, tokens, JSON and all.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from statistics import median, quantiles
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from bench import orm_flash_sale
from bench.figures import Figure
from bench.rig import Client, Deployment, deployment
from bench.shop import INGEST, SAVE_RULE, activity
from bench.till import Till, give, open_till
from domain.errors import Refused
from domain.ledger import Books
from domain.rewards import RewardDraft, RewardKind
from gamification.rewards import redeeming, service
from infra.database import Database
from infra.ids import new_id
from server.memory import settle_down

STOCK: Final = 1_000
ATTEMPTS: Final = 20_000
CALLERS: Final = 200
SECONDS: Final = 15
FASTER: Final = 10
_MEMBERS: Final = 2_000
_POOL: Final = 16
_ROUNDS: Final = 3
_PEERS_SHARE: Final = 5  # the peer is asked for a fifth of both, and its rate is what counts

Try: TypeAlias = Callable[[int], Awaitable[bool]]

SAVE: Final = (
    "mutation ($input: RewardInput!)"
    " { saveReward(input: $input) { reward { id } userErrors { message } } }"
)
REDEEM: Final = (
    "mutation Redeem($input: RedeemRewardInput!) { redeemReward(input: $input)"
    " { redemption { id state } points { available } userErrors { code message } } }"
)


async def measure() -> list[Figure]:
    """Ratios within rounds are what counts."""
    return [*await _services(), *await _served()]


async def _services() -> list[Figure]:
    ours, peers = list[float](), list[float]()
    async with open_till() as till:
        members = await till.enrol(_MEMBERS)
        for start in range(0, _MEMBERS, 1_000):
            await till.fill(members[start : start + 1_000], _plenty)
        settle_down()  # as every process of a deployment does
        url = till.engines.database_url
        async with orm_flash_sale.orm_shop(url, members=_MEMBERS, connections=_POOL):
            for number in range(_ROUNDS):
                ours.append(await _sell(await _ours(till, members, number), STOCK, ATTEMPTS))
                peer = await _orm(STOCK // _PEERS_SHARE)
                share = ATTEMPTS // _PEERS_SHARE
                peers.append(await _sell(peer, STOCK // _PEERS_SHARE, share))
        await _audit(till.database)
    ratio = median(a / b for a, b in zip(ours, peers, strict=True))
    return [
        Figure("flash sale, service", max(ours), "attempts/s"),
        Figure("flash sale, ORM under a lock", max(peers), "attempts/s"),
        Figure("flash sale ÷ ORM", ratio, "×", f"≥ {FASTER} ×", ratio >= FASTER),
    ]


def _plenty(books: Books, till: Till) -> None:
    for days in (30, 60, 90):
        give(books, 10_000, till.now, expires_at=till.now + timedelta(days=days))


async def _ours(till: Till, members: Sequence[UUID], number: int) -> Try:
    draft = RewardDraft(
        key=f"sale-{number}",
        name="Sale",
        description="",
        kind=RewardKind.GIFT,
        cost=orm_flash_sale.COST,
        stock=STOCK,
        per_member_limit=1,
    )
    reward = (await service.save(till.platform, till.programmes, draft)).reward.id

    async def redeem(member: int) -> bool:
        try:
            await redeeming.redeem(
                till.platform,
                till.programmes,
                member_id=members[member],
                reward_id=reward,
                key=new_id().hex,
            )
        except Refused:
            return False
        return True

    return redeem


async def _orm(stock: int) -> Try:
    reward = await orm_flash_sale.put_on_sale(stock)

    async def redeem(member: int) -> bool:
        return await orm_flash_sale.redeem(reward, member + 1)

    return redeem


async def _sell(redeem: Try, stock: int, attempts: int) -> float:
    """Attempts a second, of which exactly as many succeeded as there was stock."""
    draw = random.Random(1)  # noqa: S311 - a load, not a secret
    left = iter([draw.randrange(_MEMBERS) for _ in range(attempts)])
    told: list[bool] = []

    async def call() -> None:
        told.extend([await redeem(member) for member in left])

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(CALLERS)))
    seconds = time.perf_counter() - began
    assert sum(told) == stock, (sum(told), stock)
    return attempts / seconds


async def _audit(database: Database) -> None:
    wrong = await database.fetchval(
        "SELECT count(*) FROM reward_stock s WHERE s.taken <> $1 OR $1 <> (SELECT count(*)"
        " FROM redemption r JOIN points_entry e ON e.member_id = r.member_id"
        " AND e.number = r.entry_number WHERE r.reward_id = s.reward_id)",
        STOCK,
    )
    assert wrong == 0, wrong


async def _served() -> list[Figure]:
    async with deployment() as running:
        reward = await _open(running)
        names = [word for number in range(_MEMBERS) for word in ("--customer", f"c{number}")]
        tokens = await running.tokens(*names)
        seconds, waits, told = await _storm(running, reward, tokens)
    assert told["sold"] == STOCK, told
    assert set(told) <= {"sold", "OUT_OF_STOCK", "LIMIT_REACHED"}, told
    late = [wait for wait, answer in waits if answer == "OUT_OF_STOCK"]
    return [
        Figure("flash sale, API, until all are answered", seconds, "s", f"≤ {SECONDS} s",
               seconds <= SECONDS),
        Figure("flash sale, API", ATTEMPTS / seconds, "attempts/s"),
        Figure("flash sale, API, 99 of 100 within", _percentile([one for one, _ in waits]), "ms"),
        Figure("flash sale, API, out of stock, half within", median(late) * 1000, "ms"),
    ]  # fmt: skip


def _percentile(waits: Sequence[float]) -> float:
    return quantiles(waits, n=100)[98] * 1000


async def _open(running: Deployment) -> str:
    """Gives everybody points and puts the reward on sale; its id."""
    admin = Client(running.port, await running.token("--role", "admin"))
    shop = Client(running.port, await running.token("--role", "service"))
    rule = {"key": "visit", "name": "Visit", "state": "LIVE", "trigger": "store.visited",
            "points": "1000"}  # fmt: skip
    await admin.ask(SAVE_RULE, {"input": rule})
    visits = [
        activity("store.visited", f"visit-{number}", number, {}) for number in range(_MEMBERS)
    ]
    for start in range(0, _MEMBERS, 1_000):
        await shop.ask(INGEST, {"input": {"activities": visits[start : start + 1_000]}})
    sale = {"key": "sale", "name": "Sale", "description": "", "kind": "GIFT", "perMemberLimit": 1,
            "cost": orm_flash_sale.COST, "stock": STOCK}  # fmt: skip
    answer = await admin.ask(SAVE, {"input": sale})
    await admin.close()
    await shop.close()
    return str(answer["saveReward"]["reward"]["id"])


async def _storm(
    running: Deployment, reward: str, tokens: Sequence[str]
) -> tuple[float, list[tuple[float, str]], Counter[str]]:
    """Seconds until everybody has an answer, each wait with what came of it, and their counts."""
    each = _MEMBERS // CALLERS
    lines = [
        [Client(running.port, token) for token in tokens[start : start + each]]
        for start in range(0, _MEMBERS, each)
    ]
    for line in lines:
        await connect(line)
    waits: list[tuple[float, str]] = []

    async def call(line: Sequence[Client]) -> None:
        for client in itertools.islice(itertools.cycle(line), ATTEMPTS // CALLERS):
            given = {"rewardId": reward, "idempotencyKey": new_id().hex}
            asked = time.perf_counter()
            answer = await client.send(Client.body(REDEEM, {"input": given}))
            waits.append((time.perf_counter() - asked, _told(answer)))

    began = time.perf_counter()
    await asyncio.gather(*(call(line) for line in lines))
    seconds = time.perf_counter() - began
    for line in lines:
        await line[0].close()
    return seconds, waits, Counter(told for _, told in waits)


async def connect(line: Sequence[Client]) -> None:
    """One connection for all of a line, whose members ask in turn."""
    await line[0].ask("{ me { id } }")
    for client in line[1:]:
        client.share(line[0])


def _told(answer: bytes) -> str:
    payload: dict[str, Any] = orjson.loads(answer)["data"]["redeemReward"]
    errors = payload["userErrors"]
    return str(errors[0]["code"]) if errors else "sold"
