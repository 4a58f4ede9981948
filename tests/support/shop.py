"""A shop over the real engine: it saves rules, tells what happened, and looks at the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.activity import Activity, Report
from domain.earning import RuleState
from domain.metrics import Measure, MetricDefinition, Window
from domain.tiers import RulesDraft, TierDraft
from gamification.contributions.invariants import INVARIANTS as CONTRIBUTIONS
from gamification.coupons.invariants import INVARIANTS as COUPONS
from gamification.engine import intake
from gamification.engine.intake import Outcome, Result
from gamification.engine.invariants import INVARIANTS as ENGINE
from gamification.points import service as points
from gamification.points import store as points_store
from gamification.points.invariants import INVARIANTS as POINTS
from gamification.points.service import Balance
from gamification.points.store import EntryRow
from gamification.programme import service as programme
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.programme.service import RuleDraft
from gamification.programme.store import RuleRow
from gamification.tiers import service as tiers
from gamification.tiers.store import RulesRow, TierRow
from infra import activity_log
from infra.database import Sql
from infra.ids import new_id
from infra.invariants import Invariant
from infra.platform import Platform
from members.enrolment import enrol
from members.store import find_by_refs

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
INVARIANTS: Final = (*POINTS, *CONTRIBUTIONS, *COUPONS, *ENGINE)
WAITS: Final = (
    "applied_order IS NULL"
    " AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id)"
)
APPLIED, DUPLICATE, REJECTED = Outcome.APPLIED, Outcome.DUPLICATE, Outcome.REJECTED


async def broken(
    sql: Sql, invariants: Sequence[Invariant] = INVARIANTS
) -> dict[str, list[tuple[Any, ...]]]:
    """The invariants that do not hold, with the rows that show it."""
    found = {one.name: await sql.fetch(one.violations) for one in invariants}
    return {name: [tuple(row) for row in rows] for name, rows in found.items() if rows}


@dataclass
class Shop:
    platform: Platform
    programmes: Programmes
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def tell(self, *reports: Report) -> list[Result]:
        return await intake.ingest(self.platform, self.programmes, reports)

    async def outcomes(self, *reports: Report) -> list[Outcome]:
        return [result.outcome for result in await self.tell(*reports)]

    async def refused(self, report: Report) -> tuple[str, tuple[str, ...] | None]:
        """Why a report is refused, and its field as the caller sees it."""
        [result] = await self.tell(report)
        assert result.refused is not None, result
        return result.refused.reason, result.refused.field

    async def rule(self, key: str, points: str, **more: Any) -> RuleRow:  # noqa: ANN401
        """Saves a live rule on `order.paid`, unless `more` says otherwise."""
        draft = {"name": key, "state": RuleState.LIVE, "trigger": "order.paid", "condition": None}
        wanted = RuleDraft(key=key, points=points, **(draft | more))
        return await programme.save_rule(self.platform, self.programmes.expressions, wanted)

    async def tier(
        self,
        key: str,
        level: int,
        threshold: int,
        multiplier: str = "1.5",
        **more: Any,  # noqa: ANN401
    ) -> TierRow:
        draft = TierDraft(key, key, level, threshold, Decimal(multiplier), **more)
        return await tiers.save_tier(
            self.platform, draft, zone=SHANGHAI, changed=programme_store.bump
        )

    async def measure_tiers(
        self,
        days: int | None = 365,
        *,
        grace: int = 30,
        notice: int = 14,
        **more: Any,  # noqa: ANN401
    ) -> RulesRow:
        """Tiers by what was spent in so many days, or ever; `more` changes the metric."""
        metric = MetricDefinition(
            triggers=("order.paid",),
            condition=None,
            measure=Measure.SUM,
            attribute="total",
            window=Window.ALL_TIME if days is None else Window.ROLLING_DAYS,
            rolling_days=days,
        )
        metric = replace(metric, **more)
        return await tiers.save_rules(
            self.platform,
            self.programmes.expressions,
            RulesDraft(metric, grace, notice),
            zone=SHANGHAI,
            changed=programme_store.bump,
        )

    async def let_pass(self, **time: int) -> None:
        """Moves the sandbox's clock."""
        self.now = await self.platform.clock.advance(timedelta(**time))

    async def member(self, ref: str = "C-1") -> UUID:
        return (await find_by_refs(self.platform.database, [ref]))[ref]

    async def join(self, *refs: str) -> list[UUID]:
        """Enrols members without telling the log."""
        async with self.platform.database.transaction() as tx:
            return [one.member_id for one in await enrol(tx, refs, self.now)]

    async def record(self, *activities: Activity) -> None:
        """Leaves activities to the consumer, as community does."""
        async with self.platform.database.transaction() as tx:
            await activity_log.record(tx, activities, applied=False)

    async def balance(self, ref: str = "C-1") -> Balance:
        member, database = await self.member(ref), self.platform.database
        now = await self.platform.clock.now()
        return (await points.balances(database, [member], now))[member]

    async def available(self, ref: str = "C-1") -> int:
        return (await self.balance(ref)).available

    async def entries(self, ref: str = "C-1") -> list[EntryRow]:
        """Oldest first."""
        member = await self.member(ref)
        return await points_store.entries_between(self.platform.database, member, 1, 10**6)

    async def adjust(self, amount: int, ref: str = "C-1", *, key: str | None = None) -> EntryRow:
        return await points.adjust(
            self.platform,
            self.programmes,
            actor_id=UUID(int=9),
            member_id=await self.member(ref),
            amount=amount,
            reason="by hand",
            key=key or str(new_id()),
        )

    async def waiting(self) -> int:
        """How many activities nobody has applied yet."""
        return await self.count(f"activity a WHERE {WAITS}")

    async def count(self, table: str) -> int:
        return int(await self.platform.database.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    def report(
        self, type_: str, external_id: str, ref: str = "C-1", /, **attributes: object
    ) -> Report:
        """A report of the present; `at=` tells another time."""
        at = attributes.pop("at", self.now)
        assert isinstance(at, datetime)
        return Report(type_, "shop", external_id, ref, at, attributes)

    def paid(self, order: str, total: str, ref: str = "C-1", /, **more: object) -> Report:
        return self.report("order.paid", order, ref, orderRef=order, total=total, **more)

    def refunded(self, order: str, name: str, amount: str, ref: str = "C-1", /) -> Report:
        return self.report("order.refunded", name, ref, orderRef=order, amount=amount)

    def cancelled(self, order: str, name: str, ref: str = "C-1", /) -> Report:
        return self.report("order.cancelled", name, ref, orderRef=order)


def happened(member_id: UUID, name: str, type_: str = "post.published") -> Activity:
    """An activity that Laurels records about a member."""
    now = datetime.now(UTC)
    return Activity(new_id(), member_id, type_, "laurels", name, now, now, {})
