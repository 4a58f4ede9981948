"""The strongest phase decides; contacts alone never hold."""

from __future__ import annotations

import pytest

from domain.moderation.text.contacts import Contact, Way
from domain.moderation.text.phases import Status, of_contacts, of_words, strongest
from domain.moderation.text.words import Hit, Manner, WordAction, action_for

_CONTACT = Contact(Way.PHONE, 0, 11)


def hit(action: WordAction) -> Hit:
    return Hit("刷单", Manner.EXACT, action, 0, 2)


def test_nothing_found_passes() -> None:
    assert strongest([of_words([]), of_contacts([])]) is Status.PASS


def test_contacts_queue() -> None:
    assert strongest([of_words([]), of_contacts([_CONTACT])]) is Status.QUEUE


def test_one_word_that_holds_is_enough() -> None:
    words = of_words([hit(WordAction.QUEUE), hit(WordAction.HOLD)])
    assert strongest([words, of_contacts([_CONTACT])]) is Status.HOLD


@pytest.mark.parametrize("manner", set(Manner) - {Manner.EXACT})
def test_a_disguised_word_never_holds(manner: Manner) -> None:
    assert action_for(manner, WordAction.HOLD) is WordAction.QUEUE
    assert action_for(Manner.EXACT, WordAction.HOLD) is WordAction.HOLD
