"""Decisions and appeals: seen by whom they are about, and by staff.

While an appeal is open, only its author and whoever decided see the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry

from api.decisions.enums import AppealState, ModerationAction
from api.decisions.receipts import DecisionReceipt, DecisionSpan, words
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload
from api.relay import Node
from community.moderation.decisions import appeals, spans, store, told
from community.moderation.decisions.appeals import AppealRow
from community.moderation.decisions.store import DecisionRow
from community.moderation.policies import store as policies
from community.moderation.policies.store import PolicyRow
from domain.moderation.deciding import appeal_until, is_appealable
from infra.ids import GlobalId, Kind, encode_id

if TYPE_CHECKING:
    from api.members.types import Member


@strawberry.type(description="What a moderator decided.")
class ModerationDecision(Node):
    row: strawberry.Private[DecisionRow]
    action: ModerationAction = strawberry.field(description="What was decided.")
    note: str | None = strawberry.field(description="What the moderator wrote to it.")
    decided_at: datetime = strawberry.field(description="When.")
    reversed_at: datetime | None = strawberry.field(
        description="Null until undone or overturned on appeal."
    )
    revision: int | None = strawberry.field(
        description="The revision of the post or comment that it is about; null for a member."
    )
    policy_version: int | None = strawberry.field(
        description="The version of the policy that it was decided by."
    )

    @classmethod
    def of(cls, row: DecisionRow) -> ModerationDecision:
        return cls(
            id=strawberry.ID(encode_id(Kind.DECISION, row.id)),
            row=row,
            action=row.action,
            note=row.note,
            decided_at=row.decided_at,
            reversed_at=row.reversed_at,
            revision=row.revision,
            policy_version=row.policy_version,
        )

    @batch_field(description="The key of the policy that it refers to.")
    @staticmethod
    async def policy(decisions: Sequence[ModerationDecision], info: Info) -> list[str | None]:
        found = await _policies_of(info.context, decisions)
        return [None if one is None else one.key for one in found]

    @batch_field(description="The policy's name at that version, in the reader's language.")
    @staticmethod
    async def policy_name(decisions: Sequence[ModerationDecision], info: Info) -> list[str | None]:
        language = info.context.locale.value
        found = await _policies_of(info.context, decisions)
        return [None if one is None else one.name_in(language) for one in found]

    @batch_field(description="The policy's text at that version, in the reader's language.")
    @staticmethod
    async def policy_text(decisions: Sequence[ModerationDecision], info: Info) -> list[str | None]:
        language = info.context.locale.value
        found = await _policies_of(info.context, decisions)
        return [None if one is None else one.text_in(language) for one in found]

    @field(description="Id of the post, comment or member that it is about, for `node`.")
    def subject_id(self) -> strawberry.ID:
        return strawberry.ID(encode_id(told.KINDS[self.row.subject_kind], self.row.subject_id))

    @batch_field(
        description="What its author is told of it; null where nothing changed for them, and "
        "somebody was only wrong to report it."
    )
    @staticmethod
    async def receipt(
        decisions: Sequence[ModerationDecision], info: Info
    ) -> list[DecisionReceipt | None]:
        return await _receipts(info.context, decisions)

    @batch_field(description="Who decided.")
    @staticmethod
    async def moderator(
        decisions: Sequence[ModerationDecision], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.moderator_id for one in decisions]
        return cast("list[Member]", await context.load_many(context.services.members, ids))

    @batch_field(description="The author's appeal against it; null while there is none.")
    @staticmethod
    async def appeal(decisions: Sequence[ModerationDecision], info: Info) -> list[Appeal | None]:
        ids = [one.row.id for one in decisions]
        return await info.context.load_many(appeals_against, ids)


@strawberry.type(description="An author asks for somebody else to decide.")
class Appeal(Node):
    row: strawberry.Private[AppealRow]
    text: str = strawberry.field(description="What the author has to say.")
    state: AppealState = strawberry.field(description="How it stands.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @classmethod
    def of(cls, row: AppealRow) -> Appeal:
        return cls(
            id=strawberry.ID(encode_id(Kind.APPEAL, row.id)),
            row=row,
            text=row.text,
            state=row.state,
            created_at=row.created_at,
        )

    @batch_field(description="The decision that it is against.")
    @staticmethod
    async def decision(found: Sequence[Appeal], info: Info) -> list[ModerationDecision]:
        # Whoever sees the appeal sees the decision: see `appeal_nodes`.
        sql = info.context.services.platform.database
        rows = await store.by_ids(sql, [one.row.decision_id for one in found])
        return [ModerationDecision.of(rows[one.row.decision_id]) for one in found]


@strawberry.type(description="The appeal as it stands.")
class AppealPayload(Payload):
    appeal: Appeal | None = strawberry.field(description="Null when refused.")


async def _receipts(
    context: Context, decisions: Sequence[ModerationDecision]
) -> list[DecisionReceipt | None]:
    sql = context.services.platform.database
    zone = (await context.services.programmes.current(sql)).settings.zone
    policies, now = await _policies_of(context, decisions), await context.now()
    quoted = await spans.of_decisions(sql, [one.row.id for one in decisions])
    appealed = await appeals.against(sql, [one.row.id for one in decisions])

    def receipt(row: DecisionRow, policy: PolicyRow | None) -> DecisionReceipt | None:
        said = told.said_of(row, policy)
        if "outcome" not in said:
            return None
        name = None if policy is None else policy.name_in(context.locale.value)
        taken = row.taken(later=False, appealed=row.id in appealed)
        return DecisionReceipt(
            title=words(context.say, "title", said, name, zone),
            body=words(context.say, "body", said, name, zone),
            spans=[DecisionSpan.of(one) for one in quoted.get(row.id, [])],
            appeal_until=appeal_until(row.decided_at) if is_appealable(taken, now) else None,
        )

    rows = [one.row for one in decisions]
    return [receipt(row, policy) for row, policy in zip(rows, policies, strict=True)]


async def _policies_of(
    context: Context, decisions: Sequence[ModerationDecision]
) -> list[PolicyRow | None]:
    wanted = [one.row.policy for one in decisions]
    there = [one for one in wanted if one is not None]
    loaded = await context.load_many(policies_at_versions, there)
    found = dict(zip(there, loaded, strict=True))
    return [None if one is None else found[one] for one in wanted]


async def policies_at_versions(
    context: Context, wanted: list[tuple[UUID, int]]
) -> list[PolicyRow | None]:
    """Policies as they were, for `context.load`."""
    found = await policies.at_versions(context.services.platform.database, wanted)
    return [found.get(one) for one in wanted]


async def appeals_against(context: Context, ids: list[UUID]) -> list[Appeal | None]:
    """The appeal against each decision, for `context.load`."""
    found = await appeals.against(context.services.platform.database, ids)
    return [Appeal.of(found[one]) if one in found else None for one in ids]


async def decisions_by_id(context: Context, ids: list[UUID]) -> list[ModerationDecision | None]:
    """The decisions with these ids, None for what the viewer may not see, for `context.load`."""
    if context.viewer is None:
        return [None for _ in ids]
    found = await store.shown_to(
        context.services.platform.database,
        ids,
        context.viewer.member_id,
        staff=context.reader.staff,
    )
    return [ModerationDecision.of(found[one]) if one in found else None for one in ids]


async def decisions_hiding(context: Context, ids: list[UUID]) -> list[ModerationDecision | None]:
    """What rejected or removed each post, as far as the viewer may see it, for `context.load`."""
    found = await store.hiding(context.services.platform.database, ids)
    wanted = [one.id for one in found.values()]
    shown = dict(zip(wanted, await context.load_many(decisions_by_id, wanted), strict=True))
    return [shown[found[one].id] if one in found else None for one in ids]


async def decision_nodes(
    context: Context, ids: list[GlobalId]
) -> Sequence[ModerationDecision | None]:
    return await context.load_many(decisions_by_id, [one.key for one in ids])


async def appeal_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Appeal | None]:
    """Whoever sees the decision sees the appeal."""
    rows = await appeals.by_ids(context.services.platform.database, [one.key for one in ids])
    wanted = [one.decision_id for one in rows.values()]
    shown = await context.load_many(decisions_by_id, wanted)
    seen = {key for key, one in zip(wanted, shown, strict=True) if one is not None}
    return [
        Appeal.of(rows[one.key]) if one.key in rows and rows[one.key].decision_id in seen else None
        for one in ids
    ]
