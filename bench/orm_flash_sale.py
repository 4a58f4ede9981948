# pyright: reportIncompatibleVariableOverride=false, reportUnknownMemberType=false
"""The peer of the flash sale: rewards redeemed by ORM, under a lock on the reward's row.

It is what a careful developer writes first. In a transaction an attempt: lock the reward, look at
the stock and at what the member has, lock the wallet, take the points, insert the redemption. It
keeps no lots, no ledger, no idempotency keys and no log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise.transactions import in_transaction

from infra.database import tortoise_config

COST: Final = 10


class SaleReward(Model):
    id = fields.IntField(primary_key=True)
    stock = fields.IntField()


class SaleWallet(Model):
    id = fields.IntField(primary_key=True)
    balance = fields.BigIntField(default=0)


class SaleRedemption(Model):
    id = fields.IntField(primary_key=True)
    reward_id = fields.IntField()
    wallet_id = fields.IntField(db_index=True)


@asynccontextmanager
async def orm_shop(database_url: str, *, members: int, connections: int) -> AsyncIterator[None]:
    """Tables of its own in the database, and members with plenty of points."""
    async with TortoiseContext() as context:
        config = tortoise_config(database_url, pool_size=connections)
        config["apps"] = {
            "bench": {"models": ["bench.orm_flash_sale"], "default_connection": "default"}
        }
        await context.init(config=config)
        await context.generate_schemas()
        await SaleWallet.bulk_create([SaleWallet(balance=10**6) for _ in range(members)])
        yield


async def put_on_sale(stock: int) -> int:
    """The id of a new reward."""
    return (await SaleReward.create(stock=stock)).id


async def redeem(reward_id: int, wallet_id: int) -> bool:
    """Whether there was one left for this member, who may have one."""
    async with in_transaction():
        reward = await SaleReward.select_for_update().get(id=reward_id)
        if reward.stock <= 0:
            return False
        if await SaleRedemption.filter(reward_id=reward_id, wallet_id=wallet_id).exists():
            return False
        wallet = await SaleWallet.select_for_update().get(id=wallet_id)
        if wallet.balance < COST:
            return False
        wallet.balance -= COST
        await wallet.save(update_fields=["balance"])
        reward.stock -= 1
        await reward.save(update_fields=["stock"])
        await SaleRedemption.create(reward_id=reward_id, wallet_id=wallet_id)
        return True
