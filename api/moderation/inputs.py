"""What moderators, and those who appeal, hand in."""

from __future__ import annotations

from uuid import UUID

import strawberry

from api.decisions.enums import ModerationAction
from domain.errors import NotFound
from domain.moderation.deciding import Span, Verdict
from infra.ids import Kind, decode_key


@strawberry.input(description="How many items to take.")
class ClaimReviewsInput:
    count: int | None = strawberry.field(default=1, description="From 1 to 50.")


@strawberry.input(description="Which item of the queue.")
class ReviewRefInput:
    review_id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(description="Which decision.")
class DecisionRefInput:
    decision_id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.input(
    description="A stretch of a text, in Unicode code points: from `start` to before `end`."
)
class SpanInput:
    start: int = strawberry.field(description="Where it begins, 0 at the first.")
    end: int = strawberry.field(description="Before where it ends.")


@strawberry.input(description="What is decided about an item.")
class DecideReviewInput:
    review_id: strawberry.ID = strawberry.field(description="An item that the viewer holds.")
    action: ModerationAction = strawberry.field(description="What to do.")
    policy: str | None = strawberry.field(
        default=None,
        description="Key of a policy; required for REJECT, REMOVE, WARN and SUSPEND.",
    )
    note: str | None = strawberry.field(default=None, description="Up to 1,000 characters.")
    suspend_days: int | None = strawberry.field(
        default=None, description="For SUSPEND; lasting when null."
    )
    revision: int | None = strawberry.field(
        default=None,
        description="Of the post or comment that was looked at; null: the one last read by the "
        "holder.",
    )
    spans: list[SpanInput] | None = strawberry.field(
        default=None,
        description="Up to 20 stretches of the text that the decision is about, for its author to "
        "read; null: those that signals found.",
    )

    def verdict(self) -> Verdict:
        named = tuple(Span(one.start, one.end) for one in self.spans or ())
        return Verdict(self.action, self.policy, self.note, self.suspend_days, self.revision, named)


@strawberry.input(description="What is decided about each of a selection.")
class DecideReviewsInput:
    review_ids: list[strawberry.ID] = strawberry.field(
        description="Up to 50 items that the viewer holds, each decided for itself."
    )
    action: ModerationAction = strawberry.field(description="What to do.")
    policy: str | None = strawberry.field(
        default=None,
        description="Key of a policy; required for REJECT, REMOVE, WARN and SUSPEND.",
    )
    note: str | None = strawberry.field(default=None, description="Up to 1,000 characters.")
    suspend_days: int | None = strawberry.field(
        default=None, description="For SUSPEND; lasting when null."
    )

    def verdict(self) -> Verdict:
        return Verdict(self.action, self.policy, self.note, self.suspend_days)


@strawberry.input(description="Which decisions.")
class DecisionRefsInput:
    decision_ids: list[strawberry.ID] = strawberry.field(description="Up to 50, each for itself.")


@strawberry.input(description="An appeal against a decision about oneself.")
class AppealInput:
    decision_id: strawberry.ID = strawberry.field(description="A decision against oneself.")
    text: str = strawberry.field(description="Up to 1,000 characters.")


def review_key(id_: str, *field: str) -> UUID:
    """Raises: NotFound for what is no id of an item."""
    return _key(id_, Kind.REVIEW_ITEM, field or ("reviewId",))


def decision_key(id_: str, *field: str) -> UUID:
    """Raises: NotFound for what is no id of a decision."""
    return _key(id_, Kind.DECISION, field or ("decisionId",))


def _key(id_: str, kind: Kind, field: tuple[str, ...]) -> UUID:
    key = decode_key(id_, kind)
    if key is None:
        raise NotFound("node.not_found", field=field)
    return key
