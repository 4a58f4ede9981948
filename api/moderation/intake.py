"""Settings of the intake, and rehearsals of lists and thresholds over the shop's past posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.moderation.spans import TextSpan, spans_in
from api.moderation.word_lists import WordListInput
from api.payloads import Payload, mutation
from api.posts.types import Post, posts_by_id
from community.moderation.intake import rehearsals, settings
from community.moderation.intake.rehearsals import Asked
from community.moderation.intake.rehearsing import Rehearsal
from community.moderation.intake.settings import IntakeSettings
from community.moderation.intake.thresholds import Tried
from domain.errors import Invalid
from domain.members import Role
from domain.moderation.intake.estimating import at_most, share

_EXAMPLES: Final = 20

Days = Annotated[int | None, strawberry.argument(description="How far back: from 1 to 3,650 days.")]


@strawberry.type(description="What a shop can set of how posts and comments are looked at.")
class Intake:
    sample_share: float = strawberry.field(
        description="Which share of the posts of the most trusted authors is drawn to be looked at "
        "after they are published, from 0 to 1. Of others twice to four times as many are."
    )
    similar_from: float = strawberry.field(
        description="From which share of what two texts have in common they count as repeats, "
        "from 0.5 to 1."
    )

    @classmethod
    def of(cls, found: IntakeSettings) -> Intake:
        return cls(sample_share=found.sample_share, similar_from=found.similar_from)


@strawberry.input(description="What is to be changed; null leaves it as it is.")
class IntakeInput:
    sample_share: float | None = strawberry.field(default=None, description="From 0 to 1.")
    similar_from: float | None = strawberry.field(default=None, description="From 0.5 to 1.")


@strawberry.input(description="Thresholds to try; those of null are not tried.")
class ThresholdsInput:
    new_author_reviews: int | None = strawberry.field(
        default=None, description="Posts of a new author that are reviewed before publication."
    )
    sample_share: float | None = strawberry.field(default=None, description="From 0 to 1.")
    similar_from: float | None = strawberry.field(default=None, description="From 0.5 to 1.")


@strawberry.type(description="The settings as they are now.")
class IntakePayload(Payload):
    intake: Intake | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="A past post that would have been looked at.")
class IntakeExample:
    post_id: strawberry.Private[UUID]
    like_id: strawberry.Private[UUID | None]
    spans: list[TextSpan] = strawberry.field(
        description="What would have been found in it, and where.", metadata=expected(2).metadata
    )

    @batch_field(description="The post; null once it is gone for good.", reads_viewer=True)
    @staticmethod
    async def post(examples: Sequence[IntakeExample], info: Info) -> list[Post | None]:
        return await info.context.load_many(posts_by_id, [one.post_id for one in examples])

    @batch_field(description="The earlier post that it is like.", reads_viewer=True)
    @staticmethod
    async def like(examples: Sequence[IntakeExample], info: Info) -> list[Post | None]:
        wanted = [one.like_id for one in examples if one.like_id is not None]
        loaded = await info.context.load_many(posts_by_id, wanted)
        found = dict(zip(wanted, loaded, strict=True))
        return [None if one.like_id is None else found[one.like_id] for one in examples]


@strawberry.type(
    description="What would have been looked at of the last 20,000 posts of some days. Posts that "
    "stand are taken as ordinary."
)
class IntakeTrial:
    standing: int = strawberry.field(description="Posts that stand published.")
    refused: int = strawberry.field(description="Posts that moderators rejected or removed.")
    held: int = strawberry.field(description="Of those that stand, so many would have waited.")
    queued: int = strawberry.field(
        description="Of those that stand, so many would have been looked at afterwards."
    )
    caught: int = strawberry.field(description="Of those refused, so many would have been found.")
    false_alarms: float = strawberry.field(
        description="The share of those that stand which would have been held or queued."
    )
    false_alarms_at_most: float = strawberry.field(
        description="What that share is likely not above: the upper end of its 95 % interval."
    )
    examples: list[IntakeExample] = strawberry.field(
        description="Up to 20 of them, those that stand first.", metadata=expected(10).metadata
    )


@strawberry.type(description="What other thresholds would have done; null for what was not tried.")
class ThresholdsTrial:
    new_author_reviews: IntakeTrial | None = strawberry.field(
        description="Posts that would have waited because their authors were new."
    )
    sample_share: IntakeTrial | None = strawberry.field(
        description="Posts that would have been drawn, with authors trusted as they are now."
    )
    similar_from: IntakeTrial | None = strawberry.field(
        description="Posts that are that much like an earlier one."
    )


@strawberry.type
class IntakeQueries:
    @field(description="Admins: how posts and comments are looked at.")
    async def intake(self, info: Info) -> Intake | None:
        context = info.context
        context.require(Role.ADMIN)
        return Intake.of(await settings.read(context.services.platform.database))

    @field(
        description="Admins: what a word list alone would have done with the shop's past posts. It "
        "need not be saved, and nothing is changed."
    )
    async def rehearse_word_list(
        self,
        info: Info,
        input: Annotated[WordListInput, strawberry.argument(description="The list.")],  # noqa: A002
        days: Days = 90,
    ) -> IntakeTrial | None:
        context = info.context
        context.require(Role.ADMIN)
        asked = Asked(_days(days), _EXAMPLES)
        return _of_words(await rehearsals.words(context.services.platform, input.draft(), asked))

    @field(
        description="Admins: what other thresholds would have done with the shop's past posts, "
        "each for itself. Nothing is changed."
    )
    async def rehearse_intake(
        self,
        info: Info,
        input: Annotated[ThresholdsInput, strawberry.argument(description="What to try.")],  # noqa: A002
        days: Days = 90,
    ) -> ThresholdsTrial | None:
        context = info.context
        context.require(Role.ADMIN)
        found = await rehearsals.thresholds(
            context.services.platform,
            Asked(_days(days), _EXAMPLES),
            new_author_reviews=input.new_author_reviews,
            sample_share=input.sample_share,
            similar_from=input.similar_from,
        )
        return ThresholdsTrial(
            new_author_reviews=_tried(found.new_author_reviews, holds=True),
            sample_share=_tried(found.sample_share),
            similar_from=_tried(found.similar_from),
        )


@strawberry.type
class IntakeMutations:
    @mutation(description="Admins: changes how posts and comments are looked at.")
    async def save_intake(self, info: Info, input: IntakeInput) -> IntakePayload:  # noqa: A002
        context = info.context
        admin_id = context.require(Role.ADMIN)
        saved = await settings.save(
            context.services.platform,
            admin_id,
            sample_share=input.sample_share,
            similar_from=input.similar_from,
        )
        return IntakePayload(intake=Intake.of(saved))


def _days(days: int | None) -> timedelta:
    """Raises: Invalid."""
    wanted = rehearsals.USUAL_DAYS if days is None else days
    if not 1 <= wanted <= rehearsals.MOST_DAYS:
        raise Invalid("intake.days", field=("days",), limit=rehearsals.MOST_DAYS)
    return timedelta(days=wanted)


def _of_words(done: Rehearsal) -> IntakeTrial:
    standing, refused = done.standing, done.refused
    shown = [*standing.examples, *refused.examples][:_EXAMPLES]
    return IntakeTrial(
        standing=standing.texts,
        refused=refused.texts,
        held=standing.held,
        queued=standing.queued,
        caught=refused.hits,
        false_alarms=share(standing.hits, standing.texts),
        false_alarms_at_most=at_most(standing.hits, standing.texts),
        examples=[
            IntakeExample(post_id=id_, like_id=None, spans=spans_in(alarm)) for id_, alarm in shown
        ],
    )


def _tried(tried: Tried | None, *, holds: bool = False) -> IntakeTrial | None:
    if tried is None:
        return None
    return IntakeTrial(
        standing=tried.standing,
        refused=tried.refused,
        held=tried.standing_hits if holds else 0,
        queued=0 if holds else tried.standing_hits,
        caught=tried.refused_hits,
        false_alarms=share(tried.standing_hits, tried.standing),
        false_alarms_at_most=at_most(tried.standing_hits, tried.standing),
        examples=[
            IntakeExample(post_id=id_, like_id=other, spans=[]) for id_, other in tried.examples
        ],
    )
