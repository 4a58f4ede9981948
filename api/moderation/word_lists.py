"""Word lists: what posts and comments are searched for before others see them."""

from __future__ import annotations

from typing import Final

import strawberry

from api.enums import described
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import Payload, mutation
from api.relay import Node
from community.moderation.word_lists import service, store
from community.moderation.word_lists.service import WordListDraft
from community.moderation.word_lists.store import WordListRow
from domain.members import Role
from domain.moderation.text.words import WordAction
from infra.ids import GlobalId, Kind, encode_id

described(
    WordAction,
    name="WordAction",
    description="What follows from a word that is written as it is listed; a disguised one only "
    "queues.",
    values={
        WordAction.HOLD: "Keeps a post or comment in review until decided.",
        WordAction.QUEUE: "Lets it be published, and queues it.",
    },
)

_SOME: Final = 10


@strawberry.type(description="Words that posts and comments are searched for.")
class WordList(Node):
    key: str = strawberry.field(description="By what it is saved again.")
    action: WordAction = strawberry.field(description="What follows from a word of it.")
    size: int = strawberry.field(description="How many words it has; one of none is not in force.")
    words: list[str] = strawberry.field(description="Its words, in the order of the shop.")
    version: int = strawberry.field(description="Rises with each change.")

    @classmethod
    def of(cls, row: WordListRow) -> WordList:
        return cls(
            id=strawberry.ID(encode_id(Kind.WORD_LIST, row.id)),
            key=row.key,
            action=row.action,
            size=len(row.words),
            words=list(row.words),
            version=row.version,
        )


@strawberry.input(description="A word list; saving one of the same key replaces it.")
class WordListInput:
    key: str = strawberry.field(description="By what it is saved again.")
    words: list[str] = strawberry.field(
        description="Up to 10,000, of up to 50 characters each; none turn the list off."
    )
    action: WordAction = strawberry.field(description="What follows from a word of it.")

    def draft(self) -> WordListDraft:
        return WordListDraft(self.key, self.action, tuple(self.words))


@strawberry.type(description="The saved list.")
class WordListPayload(Payload):
    list: WordList | None = strawberry.field(description="Null when refused.")


@strawberry.type
class WordListQueries:
    @expected(_SOME)
    @field(description="Admins: the shop's word lists, by key.")
    async def word_lists(self, info: Info) -> list[WordList] | None:
        context = info.context
        context.require(Role.ADMIN)
        return [WordList.of(one) for one in await store.present(context.services.platform.database)]


@strawberry.type
class WordListMutations:
    @mutation(
        description="Admins: makes a word list, or replaces it. Whatever is sent, edited or "
        "commented from then on is searched for its words."
    )
    async def save_word_list(self, info: Info, input: WordListInput) -> WordListPayload:  # noqa: A002
        context = info.context
        admin_id = context.require(Role.ADMIN)
        saved = await service.save(context.services.platform, admin_id, input.draft())
        return WordListPayload(list=WordList.of(saved))


async def word_list_nodes(context: Context, ids: list[GlobalId]) -> list[WordList | None]:
    """For admins."""
    if not context.has(Role.ADMIN):
        return [None for _ in ids]
    found = await store.by_ids(context.services.platform.database, [one.key for one in ids])
    return [WordList.of(found[one.key]) if one.key in found else None for one in ids]
