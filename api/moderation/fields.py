"""The queue and its verbs: for moderators and admins; appeals are for everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.decisions.enums import ModerationAction
from api.decisions.types import Appeal, AppealPayload
from api.execution.context import Context, Info
from api.execution.fields import field, subscription
from api.moderation.enums import ReviewOrigin, ReviewState
from api.moderation.inputs import (
    AppealInput,
    ClaimReviewsInput,
    DecideReviewInput,
    DecideReviewsInput,
    DecisionRefInput,
    DecisionRefsInput,
    ReviewRefInput,
    decision_key,
    review_key,
)
from api.moderation.items import (
    BY_RANK,
    ReviewItem,
    ReviewItemConnection,
    ReviewPayload,
    ReviewQueueChange,
    ReviewsPayload,
    read,
)
from api.payloads import mutation, user_error
from api.relay import After, First
from community.moderation.appeals import service as appeals
from community.moderation.appeals.service import Plea
from community.moderation.decisions import deciding, undoing
from community.moderation.queue import claims, live, store
from community.moderation.queue.store import ItemRow
from domain.errors import Invalid, Refused
from domain.members import Role
from infra.ids import Kind, decode_key
from infra.platform import Platform

MOST_AT_ONCE: Final = 50


@strawberry.type
class ModerationQueries:
    @field(
        description="Moderators and admins: the queue, best first; what is decided, last first. "
        "Reading an item that one holds begins its lease anew.",
        reads_viewer=True,
    )
    async def review_queue(
        self,
        info: Info,
        state: Annotated[
            ReviewState | None, strawberry.argument(description="Open ones, unless told otherwise.")
        ] = ReviewState.OPEN,
        origin: Annotated[
            ReviewOrigin | None, strawberry.argument(description="Of this origin alone.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> ReviewItemConnection | None:
        context, asked = info.context, (state or ReviewState.OPEN, origin)
        context.require(Role.MODERATOR, Role.ADMIN)
        window = BY_RANK.window(first, after)
        rows = await store.page(
            context.services.platform.database,
            *asked,
            await context.now(),
            after=window.after,
            limit=window.limit,
        )
        page = window.page(rows, key=lambda row: (_place(row, asked[0]), row.id))
        return ReviewItemConnection.of(page.holding(await read(context, page.items)), asked)


@strawberry.type
class ModerationMutations:
    @mutation(
        description="Moderators and admins: takes the next items of the queue for the viewer "
        "alone, for ten minutes from each reading."
    )
    async def claim_reviews(self, info: Info, input: ClaimReviewsInput) -> ReviewsPayload:  # noqa: A002
        context, moderator_id = info.context, _moderator(info)
        count = 1 if input.count is None else input.count
        rows = await claims.claim(context.services.platform, moderator_id, count)
        now = await context.services.platform.clock.now()
        return ReviewsPayload(reviews=[ReviewItem.of(one, now) for one in rows])

    @mutation(description="Moderators and admins: gives an item back. Again changes nothing.")
    async def release_review(self, info: Info, input: ReviewRefInput) -> ReviewPayload:  # noqa: A002
        moderator_id, key = _moderator(info), review_key(input.review_id)
        row = await claims.release(info.context.services.platform, moderator_id, key)
        return await _present(info.context, row)

    @mutation(description="Moderators and admins: decides about an item that the viewer holds.")
    async def decide_review(self, info: Info, input: DecideReviewInput) -> ReviewPayload:  # noqa: A002
        moderator_id, key = _moderator(info), review_key(input.review_id)
        platform = info.context.services.platform
        row = await deciding.decide(platform, moderator_id, key, input.verdict())
        _meter(info.context, input.action, row)
        return await _present(info.context, row)

    @mutation(
        description="Moderators and admins: decides the same about each of a selection. What "
        "cannot be is among the errors, the rest is done."
    )
    async def decide_reviews(self, info: Info, input: DecideReviewsInput) -> ReviewsPayload:  # noqa: A002
        moderator_id, platform = _moderator(info), info.context.services.platform
        keys = {
            one: decode_key(one, Kind.REVIEW_ITEM) for one in _few("reviewIds", input.review_ids)
        }
        wanted = [one for one in keys.values() if one is not None]
        found = await deciding.decide_each(platform, moderator_id, wanted, input.verdict())

        async def decided(id_: str) -> ItemRow:
            answer = found[review_key(id_)]
            if isinstance(answer, Refused):
                raise answer
            _meter(info.context, input.action, answer)
            return answer

        return await _each(info.context, "reviewIds", input.review_ids, decided)

    @mutation(
        description="Takes a decision back and gives the item to the viewer: whoever decided for "
        "24 hours, admins always. Nobody is told of what is undone within ten seconds."
    )
    async def undo_decision(self, info: Info, input: DecisionRefInput) -> ReviewPayload:  # noqa: A002
        moderator_id, key = _moderator(info), decision_key(input.decision_id)
        row = await _undo(info.context, moderator_id, key)
        return await _present(info.context, row)

    @mutation(
        description="Takes decisions back, each for itself. What cannot be is among the errors, "
        "the rest is done."
    )
    async def undo_decisions(self, info: Info, input: DecisionRefsInput) -> ReviewsPayload:  # noqa: A002
        context, moderator_id = info.context, _moderator(info)

        async def undo(id_: str) -> ItemRow:
            return await _undo(context, moderator_id, decision_key(id_))

        return await _each(context, "decisionIds", input.decision_ids, undo)

    @mutation(
        description="Asks for somebody else to decide about what was decided against oneself: "
        "once a decision, within 30 days, also while suspended."
    )
    async def appeal(self, info: Info, input: AppealInput) -> AppealPayload:  # noqa: A002
        context = info.context
        plea = Plea(context.signed_in(), decision_key(input.decision_id), input.text)
        return AppealPayload(
            appeal=Appeal.of(await appeals.appeal(context.services.platform, plea))
        )


@strawberry.type
class ModerationSubscriptions:
    @subscription(
        description="Moderators and admins: each item that comes into the queue, is claimed, "
        "given back, decided or undone, as it is then."
    )
    async def review_queue_changed(self, info: Info) -> AsyncIterator[ReviewQueueChange]:
        platform = info.context.services.platform
        _moderator(info)
        async with live.changed(platform.pubsub) as changes:
            async for ids in changes:
                waiting = await _count(platform)
                rows, now = await store.by_ids(platform.database, ids), await platform.clock.now()
                for id_ in ids:
                    if id_ in rows:
                        item = ReviewItem.of(rows[id_], now)
                        yield ReviewQueueChange(open_count=waiting, item=item)


def _moderator(info: Info) -> UUID:
    return info.context.require(Role.MODERATOR, Role.ADMIN)


def _place(row: ItemRow, state: ReviewState) -> datetime:
    decided_at = row.decided_at if state is ReviewState.DECIDED else None
    return decided_at or row.rank_at


async def _undo(context: Context, moderator_id: UUID, key: UUID) -> ItemRow:
    admin = context.has(Role.ADMIN)
    row = await undoing.undo(context.services.platform, moderator_id, key, admin=admin)
    if context.services.moderation is not None:
        context.services.moderation.undone()
    return row


def _meter(context: Context, action: ModerationAction, row: ItemRow) -> None:
    """Counts a decision that was taken, where somebody wants to know."""
    if context.services.moderation is not None and row.decided_at is not None:
        waited = row.decided_at - row.created_at
        context.services.moderation.decided(action, row.origin, waited)


async def _present(context: Context, row: ItemRow) -> ReviewPayload:
    return ReviewPayload(review=ReviewItem.of(row, await context.services.platform.clock.now()))


async def _each(
    context: Context, name: str, ids: Sequence[str], work: Callable[[str], Awaitable[ItemRow]]
) -> ReviewsPayload:
    """What `work` makes of each; a refusal of one is an error at its place in the list."""
    payload = ReviewsPayload(reviews=[])
    for place, id_ in enumerate(_few(name, ids)):
        try:
            row = await work(id_)
        except Refused as refused:
            refused.field = (name, str(place))
            payload.user_errors.append(user_error(context, refused))
        else:
            now = await context.services.platform.clock.now()
            payload.reviews.append(ReviewItem.of(row, now))
    return payload


def _few(name: str, ids: Sequence[str]) -> Sequence[str]:
    """Raises: Invalid for more than can be asked for at once."""
    if len(ids) > MOST_AT_ONCE:
        raise Invalid("moderation.too_many", field=(name,), limit=MOST_AT_ONCE)
    return ids


async def _count(platform: Platform) -> int:
    """How many items wait; moderators who are told at the same time are told by one count."""

    async def serve(questions: Sequence[None]) -> list[int | Exception]:
        return [await store.undecided(platform.database)] * len(questions)

    return await platform.together.ask("undecided reviews", serve, None)
