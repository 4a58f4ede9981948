"""How posts and comments are looked at, as the file says it: shares, and lists of words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from community.moderation.intake.settings import IntakeSettings
from community.moderation.word_lists.service import WordListDraft
from domain.moderation.text.words import WordAction
from server.programme.fields import REQUIRED, Exact, Field, ManyWords, OneOf, Shape


@dataclass(frozen=True, slots=True)
class IntakeDraft:
    """How posts and comments are looked at; shares as they are written."""

    sample_share: Decimal
    similar_from: Decimal

    @classmethod
    def of(cls, settings: IntakeSettings) -> IntakeDraft:
        return cls(Decimal(str(settings.sample_share)), Decimal(str(settings.similar_from)))


INTAKE: Final = Shape(
    IntakeDraft,
    (
        Field("sampleShare", "sample_share", Exact(), REQUIRED),
        Field("similarFrom", "similar_from", Exact(), REQUIRED),
    ),
)
WORD_LIST: Final = Shape(
    WordListDraft,
    (
        Field("action", "action", OneOf(WordAction), REQUIRED),
        Field("words", "words", ManyWords(), ()),
    ),
)


def normal_word_list(draft: WordListDraft) -> WordListDraft:
    """A word that is there twice counts once."""
    return replace(draft, words=tuple(dict.fromkeys(draft.words)))
