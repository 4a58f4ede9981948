"""A shop whose intake reads what is written: its lists, its draws, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from community.comments import service as comments
from community.media import store as media
from community.moderation.intake import settings
from community.moderation.word_lists import service as word_lists
from community.moderation.word_lists.service import WordListDraft
from domain.moderation.text.words import WordAction
from domain.posts.visibility import PostState, Reader
from infra.ids import new_id
from infra.pictures.picture import Likeness
from tests.support.moderators import Moderators


@dataclass
class Readers(Moderators):
    """Members and staff are named by their customer numbers."""

    async def list_words(self, *words: str, action: str = "HOLD", key: str = "banned") -> None:
        draft = WordListDraft(key, WordAction(action), words)
        await word_lists.save(self.platform, await self.member("A-1"), draft)

    async def draw(self, share: float) -> None:
        await settings.save(self.platform, None, sample_share=share)

    async def threshold(self, similar: float) -> None:
        await settings.save(self.platform, None, similar_from=similar)

    async def signals(self, subject: UUID) -> dict[str, dict[str, Any]]:
        """The evidence of each signal of what is queued of a subject, by key."""
        rows = await self.platform.database.fetch(
            "SELECT s.key, s.evidence FROM review_signal s JOIN review_item i ON i.id = s.item_id"
            " WHERE i.subject_id = $1 AND i.decided_at IS NULL",
            subject,
        )
        return {row["key"]: orjson.loads(row["evidence"]) for row in rows}

    async def origin(self, subject: UUID) -> str | None:
        """What brought a subject into the queue; None for what is not in it."""
        found: str | None = await self.platform.database.fetchval(
            "SELECT origin FROM review_item WHERE subject_id = $1 AND decided_at IS NULL", subject
        )
        return found

    async def photo(self, likeness: Likeness, who: str = "C-1") -> UUID:
        """A picture that they have sent and that looks like this; nothing shows it yet."""
        id_, sql = new_id(), self.platform.database
        await sql.execute(
            "INSERT INTO image (id, origin, thumbhash, color, widths, heights, objects)"
            " VALUES ($1, $2, '', '#000000', '{1}', '{1}', ARRAY[$2])",
            id_,
            id_.hex,
        )
        now = await self.platform.clock.now()
        await media.add(sql, id_, await self.member(who), likeness, now)
        return id_

    async def comment(self, post: UUID, text: str, who: str = "C-2") -> UUID:
        member = await self.member(who)
        draft = comments.Draft(
            reader=Reader(member),
            author_id=member,
            post_id=post,
            text=text,
            reply_to_id=None,
            key=str(new_id()),
        )
        return await comments.add(self.platform, draft)

    async def comment_state(self, comment: UUID) -> PostState:
        return PostState(
            await self.platform.database.fetchval(
                "SELECT state FROM comment WHERE id = $1", comment
            )
        )
