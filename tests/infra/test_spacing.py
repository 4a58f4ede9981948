"""Names in letters stand apart from the Chinese characters of a sentence, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.i18n import Locale, load_catalogue
from infra.i18n.spacing import filled


@pytest.mark.parametrize(
    ("sentence", "name", "said"),
    [
        ("{name}赞了您的帖子", "Ana", "Ana 赞了您的帖子"),
        ("{name}赞了您的帖子", "小林", "小林赞了您的帖子"),
        ("{name}赞了您的帖子", "小林2", "小林2 赞了您的帖子"),
        ("您已升级为{name}", "Gold", "您已升级为 Gold"),
        ("享受{name}的权益", "金卡VIP", "享受金卡VIP 的权益"),
        ("享受{name}的权益", "Élodie", "享受 Élodie 的权益"),
        ("到 {name} 为止", "5 月", "到 5 月 为止"),
        ("徽章：{name}", "Vinyl", "徽章：Vinyl"),
        ("Plus{name}", "会员", "Plus 会员"),
        ("{name}即将续费", "", "即将续费"),
        ("{name}即将续费", "Plus！", "Plus！即将续费"),
    ],
)
def test_a_name_stands_apart_where_it_is_written_in_letters(
    sentence: str, name: str, said: str
) -> None:
    assert filled(sentence, {"name": name}) == said


def test_two_names_side_by_side_are_kept_apart_as_well() -> None:
    assert filled("{a}{b}", {"a": "小林", "b": "Ana"}) == "小林 Ana"


def test_numbers_stand_as_the_sentence_has_them() -> None:
    assert filled("{year}年{month:02}月", {"year": 2026, "month": 5}) == "2026年05月"


def test_braces_of_a_sentence_stay() -> None:
    assert filled("{{甲}}{name}", {"name": "Ana"}) == "{甲}Ana"


@given(st.text(), st.text())
def test_nothing_is_added_but_spaces_at_the_edges(before: str, name: str) -> None:
    sentence = before.replace("{", "").replace("}", "") + "{name}的"
    plain = sentence.format(name=name)
    said = filled(sentence, {"name": name})
    assert said.replace(" ", "") == plain.replace(" ", "")
    assert name in said
    assert len(said) - len(plain) in {0, 1, 2}


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (Locale.ZH_CN, "Ana 关注了您"),
        (Locale.ZH_TW, "Ana 追蹤了您"),
        (Locale.EN, "Ana followed you"),
    ],
)
def test_notifications_are_written_so(locale: Locale, said: str) -> None:
    title = load_catalogue().say("notification.member.followed.title", locale, name="Ana")
    assert title == said
