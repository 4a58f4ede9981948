"""Links and contacts are seen, however they are spelled; numbers of other things are not."""

from __future__ import annotations

import pytest

from domain.moderation.text.contacts import Way, contacts
from domain.moderation.text.folding import Folding


def found(text: str) -> list[tuple[Way, str]]:
    folded = Folding(lambda one: one).fold(text)
    return [(one.way, text[one.start : one.end]) for one in contacts(folded)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("看 https://a.example/x?y=1 吧", (Way.LINK, "https://a.example/x?y=1")),
        ("去ｓｈｏｐ．ｃｏｍ看看", (Way.LINK, "ｓｈｏｐ．ｃｏｍ")),
        ("搜 shop点com", (Way.LINK, "shop点com")),
        ("写信到 a.b@shop.cn", (Way.EMAIL, "a.b@shop.cn")),
        ("电话138-0013 8000。", (Way.PHONE, "138-0013 8000")),
        ("一三八〇〇一三八〇〇〇", (Way.PHONE, "一三八〇〇一三八〇〇〇")),
        ("①③⑧００１３８０００", (Way.PHONE, "①③⑧００１３８０００")),
        ("加微 信: a_b_c_1 2 3", (Way.WECHAT, "微 信: a_b_c_1 2 3")),
        ("VX：buyer88", (Way.WECHAT, "VX：buyer88")),
        ("扣扣群 1-2-3-4-5-6", (Way.QQ, "扣扣群 1-2-3-4-5-6")),
    ],
)
def test_a_way_to_be_reached_is_seen(text: str, expected: tuple[Way, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "订单号2013800138000123", "微信支付很方便", "屏幕15.6寸，价格13999.00元", "好用.下次再买",
        "I bought it. Net weight 5 kg", "3点comfort面料", "qq糖很好吃，买了3包", "满299减30",
    ],
)  # fmt: skip
def test_ordinary_numbers_and_names_are_no_contacts(text: str) -> None:
    assert found(text) == []
