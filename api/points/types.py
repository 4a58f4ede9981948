"""A member's points: balance, statement, and why each entry is what it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, TypeVar
from uuid import UUID

import strawberry

from api.activities.types import Activity, activities_by_id
from api.enums import EntryKind
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import Payload
from api.programme.types import EarnRule, rules_by_id
from api.relay import After, First, Node, PageInfo, edges_of
from api.scalars import Long
from domain.errors import Invalid
from domain.ledger import Step
from gamification.points import service, statements
from gamification.points.service import Balance
from gamification.points.store import EntryRow
from gamification.points.wording import sentence
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import MOST, Page, keyset

T = TypeVar("T")

_NEWEST_FIRST: Final = keyset(int)


@strawberry.type(description="An amount and when it expires.")
class ExpiringPoints:
    amount: Long = strawberry.field(description="Points.")
    expires_at: datetime = strawberry.field(description="When they expire.")


@strawberry.type(
    description="One factor, in order: base rate, tier multiplier, campaign bonus, rounding, cap."
)
class ExplanationStep:
    label: str = strawberry.field(description="What the factor is, in the request's language.")
    factor: Decimal | None = strawberry.field(
        description="What the amount was multiplied by; null for a step that only limits."
    )
    amount: Decimal = strawberry.field(description="The amount after this step.")

    @classmethod
    def of(cls, context: Context, step: Step) -> ExplanationStep:
        return cls(
            label=context.say(f"points.step.{step.key}"), factor=step.factor, amount=step.amount
        )


@strawberry.type(
    description="Why: the activity, the rule at its version and each factor that made this amount."
)
class PointsExplanation:
    entry: strawberry.Private[EntryRow]

    @batch_field(description="What happened; null for what the programme or its staff did.")
    @staticmethod
    async def activity(reasons: Sequence[PointsExplanation], info: Info) -> list[Activity | None]:
        keys = [one.entry.activity_id for one in reasons]
        return await _loaded(info.context, activities_by_id, keys)

    @batch_field(description="The rule that awarded, as it was then.")
    @staticmethod
    async def rule(reasons: Sequence[PointsExplanation], info: Info) -> list[EarnRule | None]:
        return await _rules(info.context, [one.entry for one in reasons])

    @batch_field(description="The version of the rule that awarded.")
    @staticmethod
    async def rule_version(reasons: Sequence[PointsExplanation], info: Info) -> list[int | None]:
        found = await _rules(info.context, [one.entry for one in reasons])
        return [None if rule is None else rule.version for rule in found]

    @expected(10)
    @field(description="Each factor, in order.")
    def steps(self, info: Info) -> list[ExplanationStep]:
        return [ExplanationStep.of(info.context, step) for step in self.entry.steps]


@strawberry.type(description="One movement of a member's points.")
class PointsEntry(Node):
    row: strawberry.Private[EntryRow]
    kind: EntryKind = strawberry.field(description="What moved the points.")
    amount: Long = strawberry.field(
        description="Signed change of `available`, or of `pending` where `pending` is true."
    )
    pending: bool = strawberry.field(description="Whether it moves what is not yet confirmed.")
    available_after: Long = strawberry.field(description="What could be spent after it.")
    created_at: datetime = strawberry.field(description="When it was booked or came due.")
    confirms_at: datetime | None = strawberry.field(
        description="When a pending award becomes available."
    )
    expires_at: datetime | None = strawberry.field(
        description="When these points expire; null for never."
    )

    @classmethod
    def of(cls, row: EntryRow) -> PointsEntry:
        return cls(
            id=strawberry.ID(encode_id(Kind.POINTS_ENTRY, row.member_id, row.number)),
            row=row,
            kind=row.kind,
            amount=row.amount,
            pending=row.pending,
            available_after=row.available_after,
            created_at=row.created_at,
            confirms_at=row.confirms_at,
            expires_at=row.expires_at,
        )

    @batch_field(description="A sentence for the member, in the request's language.")
    @staticmethod
    async def description(entries: Sequence[PointsEntry], info: Info) -> list[str]:
        rows = [entry.row for entry in entries]
        rules = await _rules(info.context, rows)
        named = zip(rows, rules, strict=True)
        return [sentence(info.context.say, row, rule.name if rule else None) for row, rule in named]

    @field(description="Why: the activity, the rule at its version and each factor.")
    def explanation(self) -> PointsExplanation:
        return PointsExplanation(entry=self.row)


@strawberry.type(description="An entry and its place in the list.")
class PointsEntryEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: PointsEntry = strawberry.field(description="The entry.")


@strawberry.type(description="A page of a statement, newest first.")
class PointsEntryConnection:
    edges: list[PointsEntryEdge] = strawberry.field(description="Entries with their cursors.")
    nodes: list[PointsEntry] = strawberry.field(description="The entries alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[PointsEntry]) -> PointsEntryConnection:
        return cls(
            edges=edges_of(page, PointsEntryEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )


@strawberry.type(description="A member's points at this moment.")
class PointsAccount:
    member_id: strawberry.Private[UUID]

    @field(
        description="Points that can be spent now. May be negative after a refund when the "
        "programme allows debt."
    )
    async def available(self, info: Info) -> Long:
        return (await self._balance(info)).available

    @field(
        description="Earned but not yet confirmed (for example inside an order's return window)."
    )
    async def pending(self, info: Info) -> Long:
        return (await self._balance(info)).pending

    @field(description="Reserved by open holds (for example a checkout in progress).")
    async def held(self, info: Info) -> Long:
        return (await self._balance(info)).held

    @field(description="All that was ever earned and confirmed, less what refunds took back.")
    async def lifetime_earned(self, info: Info) -> Long:
        return (await self._balance(info)).lifetime_earned

    @field(description="The next amounts that expire, soonest first.")
    async def expiring(self, info: Info, first: First = 5) -> list[ExpiringPoints]:
        wanted = 5 if first is None else first
        if not 1 <= wanted <= MOST:
            raise Invalid("page.first", field=("first",), limit=MOST)
        balance = await self._balance(info)
        return [
            ExpiringPoints(amount=amount, expires_at=at) for amount, at in balance.expiring[:wanted]
        ]

    @batch_field(description="The statement, newest first, of one kind where one is given.")
    @staticmethod
    async def entries(
        accounts: Sequence[PointsAccount],
        info: Info,
        kind: Annotated[
            EntryKind | None,
            strawberry.argument(description="Only entries of this kind; null for all."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> list[PointsEntryConnection]:
        window = _NEWEST_FIRST.window(first, after)
        found = await statements.statements(
            info.context.services.platform.database,
            [account.member_id for account in accounts],
            now=await info.context.now(),
            kind=kind,
            before=window.after[0] if window.after else None,
            limit=window.limit,
        )
        pages = [window.page(rows, key=lambda row: (row.number,)) for rows in found]
        return [PointsEntryConnection.of(page.map(PointsEntry.of)) for page in pages]

    async def _balance(self, info: Info) -> Balance:
        return await info.context.load(balances_by_member, self.member_id)


@strawberry.input(description="A correction by staff; negative amounts take points away.")
class AdjustPointsInput:
    member_id: strawberry.ID = strawberry.field(description="Whose points.")
    amount: Long = strawberry.field(description="Points to give, or negative to take.")
    reason: str = strawberry.field(description="Shown to the member and kept for the audit.")
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same answer and moves nothing."
    )


@strawberry.type(description="The entry that was written.")
class PointsEntryPayload(Payload):
    entry: PointsEntry | None = strawberry.field(description="Null when refused.")


async def _rules(context: Context, rows: Sequence[EntryRow]) -> list[EarnRule | None]:
    """The rule of each entry: one statement for all fields that ask."""
    return await _loaded(context, rules_by_id, [row.rule_id for row in rows])


async def _loaded(
    context: Context,
    batch: Callable[[Context, list[UUID]], Awaitable[Sequence[T | None]]],
    keys: Sequence[UUID | None],
) -> list[T | None]:
    """What there is for each key; None for none."""
    wanted = [key for key in keys if key is not None]
    found = dict(zip(wanted, await context.load_many(batch, wanted), strict=True))
    return [None if key is None else found[key] for key in keys]


async def balances_by_member(context: Context, member_ids: list[UUID]) -> list[Balance]:
    """What each member has now. The caller has checked that the viewer may know."""
    sql = context.services.platform.database
    found = await service.balances(sql, member_ids, await context.now())
    return [found[one] for one in member_ids]


async def entry_nodes(context: Context, ids: list[GlobalId]) -> Sequence[PointsEntry | None]:
    """For the member, admins and service accounts."""
    names = [
        (one.key, one.number)
        for one in ids
        if one.number is not None and context.sees_private(one.key)
    ]
    sql = context.services.platform.database
    found = await statements.entries_by_name(sql, names, await context.now())
    rows = [found.get((one.key, one.number or 0)) for one in ids]
    return [None if row is None else PointsEntry.of(row) for row in rows]
