# pyright: reportIncompatibleVariableOverride=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
"""The peer: the same rules, entries, lots and boards, by ORM and one activity at a time.

It is what a careful developer writes first: a row lock on the wallet, the rules asked in turn,
a row created or saved for each effect, all in one transaction an activity; no ranks in Redis.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise.transactions import in_transaction

from bench.shop import BOARDS, MEMBERS, RULES, orders
from domain.activity import Activity as Fact
from domain.expressions import Condition, Formula, MemberFacts
from gamification.expressions import Expressions
from infra.database import tortoise_config
from infra.ids import new_id
from server.engines import embedded

_ACTIVITIES: Final = 1_500


class Wallet(Model):
    id = fields.IntField(primary_key=True)
    customer = fields.CharField(max_length=60, unique=True)
    balance = fields.BigIntField(default=0)
    orders = fields.IntField(default=0)


class Recorded(Model):
    id = fields.UUIDField(primary_key=True)
    source = fields.CharField(max_length=60)
    external_id = fields.CharField(max_length=200)
    wallet_id = fields.IntField(db_index=True)
    attributes = fields.JSONField[dict[str, Any]]()

    class Meta:
        unique_together = (("source", "external_id"),)


class Movement(Model):
    id = fields.BigIntField(primary_key=True)
    wallet_id = fields.IntField(db_index=True)
    activity_id = fields.UUIDField()
    rule = fields.CharField(max_length=60)
    amount = fields.BigIntField()
    balance_after = fields.BigIntField()


class Lot(Model):
    id = fields.BigIntField(primary_key=True)
    wallet_id = fields.IntField(db_index=True)
    rule = fields.CharField(max_length=60)
    remaining = fields.BigIntField()


class Score(Model):
    id = fields.BigIntField(primary_key=True)
    wallet_id = fields.IntField()
    board = fields.CharField(max_length=60)
    value = fields.DecimalField(max_digits=20, decimal_places=6)

    class Meta:
        unique_together = (("wallet_id", "board"),)


async def orm_rate() -> float:
    """Activities a second."""
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines, TortoiseContext() as context:
            config = tortoise_config(engines.database_url)
            config["apps"] = {
                "bench": {"models": ["bench.orm_intake"], "default_connection": "default"}
            }
            await context.init(config=config)
            await context.generate_schemas()
            await Wallet.bulk_create([Wallet(customer=f"c{one}") for one in range(MEMBERS)])
            return await _measure()


async def _measure() -> float:
    expressions = Expressions()
    rules = [
        (
            rule["key"],
            expressions.compile_condition(rule.get("condition")),
            expressions.compile_formula(rule["points"]),
        )
        for rule in RULES
        if rule["trigger"] == "order.paid"
    ]
    (reports,) = orders(3, 1, _ACTIVITIES)
    began = time.perf_counter()
    for report in reports:
        await _take(report, rules, expressions)
    return _ACTIVITIES / (time.perf_counter() - began)


async def _take(
    report: dict[str, Any], rules: list[tuple[str, Condition, Formula]], expressions: Expressions
) -> None:
    async with in_transaction():
        wallet = await Wallet.select_for_update().get(customer=report["customerRef"])
        known = await Recorded.filter(source="bench", external_id=report["externalId"]).exists()
        if known:
            return
        fact = _fact(report)
        await Recorded.create(
            id=fact.id,
            source="bench",
            external_id=fact.external_id,
            wallet_id=wallet.id,
            attributes=dict(fact.attributes),
        )
        facts = MemberFacts("member", 0, fact.occurred_at, wallet.orders, "", wallet.customer)
        binding = expressions.bind(fact, facts)
        for key, condition, formula in rules:
            if condition(binding):
                await _award(wallet, fact.id, key, int(formula(binding)))
        wallet.orders += 1
        await wallet.save()
        for board in BOARDS:
            score, _ = await Score.get_or_create(
                wallet_id=wallet.id, board=board["key"], defaults={"value": Decimal(0)}
            )
            counts = board["metric"]["measure"] == "COUNT"
            score.value += Decimal(1) if counts else Decimal(str(fact.attributes["total"]))
            await score.save()


async def _award(wallet: Wallet, activity_id: UUID, rule: str, points: int) -> None:
    wallet.balance += points
    lot, _ = await Lot.get_or_create(wallet_id=wallet.id, rule=rule, defaults={"remaining": 0})
    lot.remaining += points
    await lot.save()
    await Movement.create(
        wallet_id=wallet.id,
        activity_id=activity_id,
        rule=rule,
        amount=points,
        balance_after=wallet.balance,
    )


def _fact(report: dict[str, Any]) -> Fact:
    now = datetime.now(UTC)
    return Fact(
        id=new_id(),
        member_id=new_id(),
        type=report["type"],
        source=report["source"],
        external_id=report["externalId"],
        occurred_at=now,
        received_at=now,
        attributes=report["attributes"],
    )
