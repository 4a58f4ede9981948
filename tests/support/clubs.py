"""A shop that sells paid memberships: it saves plans, and takes what payments say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any, Final
from uuid import UUID

import orjson

from domain.benefits import Benefit
from domain.memberships import MembershipState
from domain.memberships.plans import PlanDraft, Terms
from gamification.engine.consumer import Consumer
from gamification.memberships import jobs, perks, plans, service, store
from gamification.memberships.plans import Plan
from gamification.memberships.service import MembershipRow, Request
from gamification.programme import store as programme_store
from infra.ids import new_id
from tests.support.shop import Shop

SHIPPING: Final = Benefit("shipping", "包邮", "")
TILL: Final = UUID(int=7)
_REFS = count()


@dataclass
class Club(Shop):
    """`plus`: 100 CNY for 30 days, double points, shipping; no trial unless told otherwise."""

    async def plan(
        self, price: str = "100", multiplier: str = "2", *, key: str = "plus", **days: int
    ) -> Plan:
        terms = Terms(**({"period_days": 30} | days))
        draft = PlanDraft(key, key, Decimal(price), terms, Decimal(multiplier), (SHIPPING,))
        return await plans.save_plan(
            self.platform, draft, currency="CNY", changed=programme_store.bump
        )

    async def start(self, ref: str = "C-1", **other: Any) -> MembershipRow:  # noqa: ANN401
        """Enrols who is new."""
        [member_id] = await self.join(ref)
        said = {"plan_key": "plus", "payment_ref": f"pay-{next(_REFS)}", "key": str(new_id())}
        said |= other
        request = Request(member_id, said.pop("key"))
        return await service.start(
            self.platform, self.programmes.current, request, member_id=member_id, **said
        )

    async def renew(
        self, row: MembershipRow, ref: str | None = None, key: str | None = None
    ) -> MembershipRow:
        return await service.renew(
            self.platform,
            self.programmes.current,
            Request(TILL, key or str(new_id())),
            membership_id=row.membership.id,
            payment_ref=ref or f"pay-{next(_REFS)}",
        )

    async def fail(self, row: MembershipRow, **at: Any) -> MembershipRow:  # noqa: ANN401
        return await service.fail_payment(
            self.platform, self.programmes.current, membership_id=row.membership.id, **at
        )

    async def cancel(self, ref: str = "C-1") -> MembershipRow:
        return await service.cancel_of(self.platform, member_id=await self.member(ref))

    async def state(self, ref: str = "C-1") -> MembershipState:
        """As every reader sees it."""
        member_id, now = await self.member(ref), await self.platform.clock.now()
        found = await store.latest(self.platform.database, [member_id])
        return found[member_id].state_at(now)

    async def saved(self, row: MembershipRow) -> Decimal:
        now, id_ = await self.platform.clock.now(), row.membership.id
        return (await perks.saved(self.platform.database, [id_], now))[id_]

    async def settle(self) -> int:
        return await jobs.settle_due(self.platform)

    async def consume(self) -> None:
        """Lets the consumer apply what was recorded."""
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        # Other tests' transactions hold the horizon: an empty round does not mean the end.
        while await self.waiting():
            await consumer.run_once()
        await consumer.stop()

    async def told(self, ref: str = "C-1") -> list[str]:
        """What the log was told of memberships, without `membership.`, as it occurred."""
        rows = await self.platform.database.fetch(
            "SELECT type FROM activity WHERE type LIKE 'membership.%' AND member_id = $1"
            " ORDER BY occurred_at, sequence",
            await self.member(ref),
        )
        return [row["type"].removeprefix("membership.") for row in rows]

    async def attributes(self, type_: str) -> dict[str, Any]:
        """Of the only activity of this type."""
        written = await self.platform.database.fetchval(
            "SELECT attributes FROM activity WHERE type = $1", type_
        )
        found: dict[str, Any] = orjson.loads(written)
        return found
