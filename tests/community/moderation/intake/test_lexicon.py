"""Words of the shop are found however they are written, and only where they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.moderation.intake.lexicon import Lexicon, Listed
from domain.moderation.text.words import Manner, WordAction

WORDS = ("性", "色情", "刷单返现", "王八蛋", "卖B", "赌博网站")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon([Listed(WORDS, WordAction.HOLD), Listed(["代购", "色情"], WordAction.QUEUE)])


@pytest.mark.parametrize(
    ("text", "written", "manner"),
    [
        ("这里有色情内容", "色情", Manner.EXACT),
        ("好评可以刷单返现哦", "刷单返现", Manner.EXACT),
        ("他说卖b", "卖b", Manner.EXACT),
        ("他说卖Ｂ", "卖Ｂ", Manner.WIDTH),
        ("好評可以刷單返現哦", "刷單返現", Manner.SCRIPT),
        ("这里有色 情内容", "色 情", Manner.SPLIT),
        ("王*八*蛋老板", "王*八*蛋", Manner.SPLIT),
        ("刷\u200b单\u200b返\u200b现", "刷\u200b单\u200b返\u200b现", Manner.SPLIT),
        ("这里有涩情内容", "涩情", Manner.SOUND),
        ("这里有seqing内容", "seqing", Manner.SOUND),
        ("看 se 情 内容", "se 情", Manner.SOUND),
        ("耍丹返线加我", "耍丹返线", Manner.SOUND),
    ],
)
def test_a_word_is_found_where_it_stands(
    lexicon: Lexicon, text: str, written: str, manner: Manner
) -> None:
    [hit] = lexicon.hits(lexicon.fold(text))
    assert (text[hit.start : hit.end], hit.manner) == (written, manner)
    assert hit.action is (WordAction.HOLD if manner is Manner.EXACT else WordAction.QUEUE)


@pytest.mark.parametrize(
    "text",
    [
        "性价比很高", "耐用性不错，个性十足", "颜色情况如图", "好看的颜色，情人节送的",
        "事情已经解决", "师傅说，情况很好", "Because it is sequin gold", "这家的诗情画意",
    ],
)  # fmt: skip
def test_ordinary_texts_pass(lexicon: Lexicon, text: str) -> None:
    assert lexicon.hits(lexicon.fold(text)) == []


@pytest.mark.parametrize(
    ("word", "text"), [("事清", "事情已经解决"), ("九游", "楼下就有卖的"), ("王八蛋", "王，八蛋")]
)
def test_what_people_say_anyway_is_no_disguise(word: str, text: str) -> None:
    lexicon = Lexicon([Listed([word], WordAction.HOLD)])
    assert lexicon.hits(lexicon.fold(text)) == []


def test_a_list_that_queues_never_holds(lexicon: Lexicon) -> None:
    [hit] = lexicon.hits(lexicon.fold("可以代购"))
    assert hit.action is WordAction.QUEUE


def test_a_word_of_two_lists_holds_if_one_of_them_does() -> None:
    for lists in (WordAction.HOLD, WordAction.QUEUE), (WordAction.QUEUE, WordAction.HOLD):
        lexicon = Lexicon(Listed(["代购"], action) for action in lists)
        [hit] = lexicon.hits(lexicon.fold("可以代购"))
        assert hit.action is WordAction.HOLD


def test_no_lists_find_nothing() -> None:
    lexicon = Lexicon([Listed(["❤", ""], WordAction.HOLD)])
    assert lexicon.hits(lexicon.fold("色情❤")) == []


@given(st.text(st.sampled_from("色情刷單单返现王八蛋卖Ｂb性价比se qing ，*\u200b❤"), max_size=24))
def test_what_is_found_as_written_folds_to_its_word(text: str) -> None:
    lexicon = _LEXICON
    for hit in lexicon.hits(lexicon.fold(text)):
        if hit.manner is not Manner.SOUND:
            same = lexicon.fold(text[hit.start : hit.end]).text
            assert same == lexicon.fold(hit.word).text


_LEXICON = Lexicon([Listed(WORDS, WordAction.HOLD)])
