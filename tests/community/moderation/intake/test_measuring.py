"""Figures of a word list count what happened, and can be had again."""

from __future__ import annotations

from community.moderation.intake import measuring
from community.moderation.intake.lexicon import Lexicon, Listed
from domain.moderation.text.evasions import Evasion
from domain.moderation.text.words import WordAction

WORDS = ("性", "色情", "刷单返现", "王八蛋", "赌博网站")
TEXTS = ("性价比很高，下次再来", "色情内容", "加我13800138000", "物流很快", "刷 单 返 现")


def lexicon(*words: str) -> Lexicon:
    return Lexicon([Listed(words, WordAction.HOLD)])


def test_alarms_count_texts_held_and_queued() -> None:
    found = measuring.alarms(lexicon(*WORDS), WORDS, TEXTS)
    assert (found.texts, found.held, found.queued, found.raw) == (5, 1, 2, 2)
    assert [one.text[start:end] for one in found.raised for _, start, end in one.places] == [
        "色情", "13800138000", "刷 单 返 现",
    ]  # fmt: skip


def test_most_disguises_are_seen_through_and_none_by_plain_search() -> None:
    found = measuring.evasions(lexicon(*WORDS[1:]), WORDS[1:], ("物流很快，下次再来",), seed=1)
    for kind in (Evasion.SPACING, Evasion.SYMBOLS, Evasion.HOMOPHONES):
        assert found[kind].made > 20
        assert found[kind].caught >= 0.6 * found[kind].made
        assert found[kind].raw == 0


def test_a_word_elsewhere_in_the_text_catches_no_disguise() -> None:
    found = measuring.evasions(lexicon("物流"), ["色情"], ("物流很快物流",), seed=1)
    assert found[Evasion.SPACING].caught == 0
    assert found[Evasion.SPACING].made == len(found[Evasion.SPACING].missed) > 0


def test_the_same_seed_draws_the_same() -> None:
    made = lexicon(*WORDS)
    assert measuring.evasions(made, WORDS, TEXTS, seed=3) == measuring.evasions(
        made, WORDS, TEXTS, seed=3
    )
