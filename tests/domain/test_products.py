"""What the shop may say of its products."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.errors import Invalid
from domain.products import ProductDraft, check_product

HEAPED = "a" + "\u0301" * 19  # one character, as people see it


def test_a_product_is_described_in_any_script() -> None:
    name = "\U00020000" * 200
    check_product(
        ProductDraft("面" * 100, name, Decimal("9.90"), name, "https://shop.example/a.png")
    )


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ProductDraft(HEAPED * 100, "x"), "sku"),
        (ProductDraft("x", HEAPED * 200), "name"),
        (ProductDraft("\u200b", "x"), "sku"),
        (ProductDraft("x", "\u3164"), "name"),
    ],
)
def test_what_no_index_takes_and_nobody_sees_is_refused(draft: ProductDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_product(draft)
    assert refused.value.field == (field,)
