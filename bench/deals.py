"""Joins on one hot group: a thousand seats, half as many members again who want one.

First by the service, in turns with the same joins in a transaction each, both in this process. Then
over the real API of a real deployment: documents, tokens, JSON and all. Each round ends with a look
at the books: every seat taken once, nobody too many.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from statistics import median
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from bench.figures import Figure
from bench.flash_sale import connect
from bench.rig import Client, Deployment, deployment
from bench.till import Till, open_till
from community.deals import offers, starting, taking
from community.deals.invariants import INVARIANTS
from community.deals.taking import Wish
from community.products import service as products
from community.products import store as product_store
from domain.deals.offers import DealKind, OfferDraft
from domain.errors import Refused
from domain.products import ProductDraft
from server.memory import settle_down

HOT: Final = 800
SEATS: Final = 1_000
_CROWD: Final = 1_500
_CALLERS: Final = 200
_ROUNDS: Final = 4
_SKU: Final = "HOT"

Join: TypeAlias = Callable[[Wish], Awaitable[object]]

SAVE: Final = "mutation ($input: SaveProductsInput!) { saveProducts(input: $input) { saved } }"
OFFER: Final = (
    "mutation ($input: DealOfferInput!) { saveDealOffer(input: $input)"
    " { offer { product { id } } userErrors { message } } }"
)
START: Final = (
    "mutation ($input: StartDealInput!) { startGroupBuy(input: $input) { groupBuy { id } } }"
)
JOIN: Final = (
    "mutation Join($input: DealRefInput!) { joinGroupBuy(input: $input)"
    " { groupBuy { id state seatsLeft } userErrors { code message } } }"
)
LOOK: Final = "query ($id: ID!) { groupBuy(id: $id) { state seatsLeft members { id } } }"


async def measure() -> list[Figure]:
    """The rates of joins that got a seat, until everybody has an answer."""
    return [*await _services(), *await _served()]


async def _services() -> list[Figure]:
    together, alone = list[float](), list[float]()
    async with open_till() as till:
        members = await till.enrol(_CROWD + 2 * _ROUNDS)
        crowd, starters = members[:_CROWD], iter(members[_CROWD:])
        product = await _offered(till)
        settle_down()  # as every process of a deployment does
        for _ in range(_ROUNDS):
            group = await _group(till, product, next(starters))
            together.append(await _rate(till, _asking(till), crowd, group))
            group = await _group(till, product, next(starters))
            alone.append(await _rate(till, _serving(till), crowd, group))
        for one in INVARIANTS:
            assert await till.database.fetch(one.violations) == [], one.name
    best = max(together)
    return [
        Figure("joins of one hot group, service", best, "/s", f"≥ {HOT}/s", best >= HOT),
        Figure("each in a transaction of its own", max(alone), "/s"),
    ]


async def _offered(till: Till) -> UUID:
    await products.save(till.platform, [ProductDraft(_SKU, "Hot", Decimal(10))], currency="CNY")
    draft = OfferDraft(_SKU, DealKind.GROUP_BUY, Decimal(5), SEATS, 24)
    await offers.save(till.platform, draft, currency="CNY")
    row = await product_store.by_sku(till.database, _SKU)
    assert row is not None
    return row.id


async def _group(till: Till, product: UUID, starter: UUID) -> UUID:
    return await starting.start(
        till.platform, member_id=starter, product_id=product, kind=DealKind.GROUP_BUY
    )


def _asking(till: Till) -> Join:
    return lambda wish: taking.take(till.platform, wish)


def _serving(till: Till) -> Join:
    async def join(wish: Wish) -> None:
        [answer] = await taking.serve(till.platform, [wish])
        if isinstance(answer, Refused):
            raise answer

    return join


async def _rate(till: Till, join: Join, crowd: Sequence[UUID], group: UUID) -> float:
    left, told = iter(crowd), Counter[bool]()

    async def call() -> None:
        for one in left:
            try:
                await join(Wish(one, group, DealKind.GROUP_BUY))
            except Refused:
                told[False] += 1
            else:
                told[True] += 1

    began = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(_CALLERS)))
    took = time.perf_counter() - began
    seated = await till.database.fetchval(
        "SELECT count(*) FROM deal_part WHERE deal_id = $1", group
    )
    assert (told[True], seated) == (SEATS - 1, SEATS), (told, seated)
    return told[True] / took


async def _served() -> list[Figure]:
    rates, spent = list[float](), list[float]()
    async with deployment() as running:
        product = await _open(running)
        names = [word for number in range(_CROWD) for word in ("--customer", f"c{number}")]
        tokens = await running.tokens(*names)
        for number in range(_ROUNDS):
            starter = Client(running.port, await running.token("--customer", f"s{number}"))
            answer = await starter.ask(START, {"input": {"productId": product}})
            group = answer["startGroupBuy"]["groupBuy"]["id"]
            before = _cpu_seconds(running)
            rates.append(await _storm(running, group, tokens))
            spent.append((_cpu_seconds(running) - before) * 1_000 / _CROWD)
            shown = (await starter.ask(LOOK, {"id": group}))["groupBuy"]
            assert (shown["state"], len(shown["members"])) == ("SUCCEEDED", SEATS), shown["state"]
            await starter.close()
    best = max(rates)
    return [
        Figure("joins of one hot group, API", best, "/s", f"≥ {HOT}/s", best >= HOT),
        Figure("CPU of all processes for an answer", median(spent), "ms"),
    ]


def _cpu_seconds(running: Deployment) -> float:
    """What the deployment has used, PostgreSQL and Valkey included."""
    family = [running.process, *running.process.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


async def _open(running: Deployment) -> str:
    """Offers the product to groups; its id."""
    admin = Client(running.port, await running.token("--role", "admin"))
    product = {"sku": _SKU, "name": "Hot", "price": "10"}
    await admin.ask(SAVE, {"input": {"products": [product]}})
    offer = {"sku": _SKU, "kind": "GROUP_BUY", "price": "5", "size": SEATS, "hours": 24}
    answer = await admin.ask(OFFER, {"input": offer})
    await admin.close()
    return str(answer["saveDealOffer"]["offer"]["product"]["id"])


async def _storm(running: Deployment, group: str, tokens: Sequence[str]) -> float:
    """Joins a second that got a seat, until everybody has an answer."""
    told = Counter[str]()
    lines = [
        [Client(running.port, token) for token in tokens[start::_CALLERS]]
        for start in range(_CALLERS)
    ]
    for line in lines:
        await connect(line)

    async def call(line: Sequence[Client]) -> None:
        for client in line:
            answer = await client.send(Client.body(JOIN, {"input": {"dealId": group}}))
            told[_told(answer)] += 1

    began = time.perf_counter()
    await asyncio.gather(*(call(line) for line in lines))
    took = time.perf_counter() - began
    for line in lines:
        await line[0].close()
    assert told == {"in": SEATS - 1, "ENDED": _CROWD - SEATS + 1}, told
    return told["in"] / took


def _told(answer: bytes) -> str:
    payload: dict[str, Any] = orjson.loads(answer)["data"]["joinGroupBuy"]
    errors = payload["userErrors"]
    return str(errors[0]["code"]) if errors else "in"
