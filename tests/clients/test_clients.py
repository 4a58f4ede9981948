"""The reference audits and the clients that apps use hold against a served deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.node import run_programme
from tests.clients.shop import Shop

PROGRAMMES = ["apollo", "audits", "graphql-ws", "persisted", "urql"]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_client_finds_what_it_expects(
    name: str, packages: Path, shop: Shop, tmp_path: Path
) -> None:
    outcomes = run_programme(
        packages / f"{name}.test.mjs", tmp_path / "results.xml", shop.as_json()
    )
    faults = [f"{one.name}: {one.fault}" for one in outcomes if one.fault is not None]
    assert not faults, "\n".join(faults)
    assert [one.name for one in outcomes if one.left_out] == []
    assert outcomes
    assert shop.mishaps() == []


def test_every_programme_is_run(packages: Path) -> None:
    assert sorted(path.name for path in packages.glob("*.test.mjs")) == [
        f"{name}.test.mjs" for name in PROGRAMMES
    ]
