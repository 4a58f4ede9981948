"""The app's own tests hold, it is small enough, and every screen is what it should be."""

from __future__ import annotations

import os

import orjson
import pytest

from tests.web import chromium
from tests.web.seeded import Seeded


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("script", ["types", "test"])
def test_the_webs_own_tests_hold(script: str) -> None:
    done = chromium.npm(script)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("packages")
def test_the_first_load_is_small_enough() -> None:
    chromium.build()
    done = chromium.npm("size")
    assert done.returncode == 0, done.stdout


def test_what_one_phone_does_the_other_sees(shop: Seeded) -> None:
    done = chromium.run_node("test/browser/journey.mjs", LAURELS_SHOP=shop.as_json())
    assert done.returncode == 0, done.stderr
    said = orjson.loads(done.stdout.splitlines()[-1])
    assert said["faults"] == []
    assert len(said["steps"]) > 8


def test_every_screen_is_accessible_still_and_complete(shop: Seeded) -> None:
    """Each once, its theme and language in turn; `make screens` looks at all combinations."""
    words = [] if os.environ.get("SCREENS") == "all" else ["--quick"]
    done = chromium.run_node("test/browser/screens.mjs", *words, LAURELS_SHOP=shop.as_json())
    assert done.returncode == 0, done.stderr
    said = orjson.loads(done.stdout.splitlines()[-1])
    assert said["faults"] == [], "\n".join(said["faults"])
    assert said["screens"] > 30
