"""Objects under names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.errors import Unavailable
from infra.objects import Objects


@pytest.fixture(params=["memory", "folder"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    return Objects() if request.param == "memory" else Objects.in_folder(tmp_path / "a" / "b")


async def test_what_was_put_is_read_again(objects: Objects) -> None:
    await objects.put("one.webp", b"\x00\x01")
    assert await objects.get("one.webp") == b"\x00\x01"


async def test_what_was_never_put_is_not_there(objects: Objects) -> None:
    assert await objects.get("none.webp") is None


async def test_putting_again_changes_nothing_for_readers(objects: Objects) -> None:
    await objects.put("one.webp", b"same")
    await objects.put("one.webp", b"same")
    assert await objects.get("one.webp") == b"same"


async def test_a_folder_keeps_objects_for_the_next_process(tmp_path: Path) -> None:
    await Objects.in_folder(tmp_path).put("one.webp", b"kept")
    assert await Objects.in_folder(tmp_path).get("one.webp") == b"kept"
    assert os.listdir(tmp_path) == ["one.webp"]  # noqa: PTH208 - no path's own method may block


async def test_a_store_without_room_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable, match="objects"):
        await Objects.in_folder(tmp_path / "file").put("one.webp", b"")
