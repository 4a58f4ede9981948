"""What is particular to the demo shop, for whoever shows it: told without loading it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from server.settings import PROJECT

FOLDER: Final = PROJECT / "demo"
LOADED: Final = "demo.loaded"  # the milestone that says it is there, whole

Plan = dict[str, Any]


def read_plan(folder: Path = FOLDER) -> Plan:
    """What is written in `shop.toml`."""
    return tomllib.loads((folder / "shop.toml").read_text("utf-8"))


def demo_customers() -> list[str]:
    """Customer numbers of the demo shop whose view is worth a look."""
    customers: list[str] = read_plan()["customers"]
    return customers
