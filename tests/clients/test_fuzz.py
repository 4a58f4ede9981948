"""Schemathesis finds nothing; a failure prints the seed that finds it again."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.clients.fuzz import fuzz
from tests.clients.shop import Shop


@pytest.mark.parametrize("caller", ["shopper", "admin"])
def test_generated_operations_are_answered_well(caller: str, shop: Shop, tmp_path: Path) -> None:
    found = fuzz(shop, caller, tmp_path, examples=3, seed=secrets.randbelow(2**31))
    assert found.clean, found.report
    assert "Tested: 21" in found.report
    assert shop.mishaps() == []
