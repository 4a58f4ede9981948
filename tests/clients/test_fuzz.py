"""Schemathesis finds nothing; a failure prints the seed that finds it again."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from api.schema import build_schema
from tests.clients.fuzz import fuzz
from tests.clients.shop import Shop


def asked() -> int:
    """How many queries and mutations there are to ask: all but the one that signs out."""
    schema = build_schema()._schema
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    return len(schema.query_type.fields) + len(schema.mutation_type.fields) - 1


@pytest.mark.parametrize("caller", ["shopper", "admin"])
def test_generated_operations_are_answered_well(caller: str, shop: Shop, tmp_path: Path) -> None:
    found = fuzz(shop, caller, tmp_path, examples=3, seed=secrets.randbelow(2**31))
    assert found.clean, found.report
    assert f"Tested: {asked()}" in found.report
    assert shop.mishaps() == []
