"""The console as its staff use it: by keyboard, several at once; and every screen of it."""

from __future__ import annotations

import os

import orjson

from tests.web import chromium
from tests.web.seeded import Seeded


def test_moderators_work_by_keyboard_and_every_screen_is_accessible(shop: Seeded) -> None:
    """Each screen once, its theme and language in turn; `make screens` looks at all of them."""
    words = [] if os.environ.get("SCREENS") == "all" else ["--quick"]
    done = chromium.run_node("test/browser/console.mjs", *words, LAURELS_SHOP=shop.as_json())
    assert done.returncode == 0, done.stderr
    said = orjson.loads(done.stdout.splitlines()[-1])
    assert said["faults"] == [], "\n".join(said["faults"])
    assert len(said["steps"]) == 14
    assert said["screens"] > 10
