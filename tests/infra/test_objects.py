"""Objects under names."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from datetime import timedelta
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


async def pieces(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then is not None:
        raise then


async def test_an_object_may_come_in_pieces(objects: Objects) -> None:
    await objects.put_pieces("a/large", pieces(b"x" * 900_000, b"y" * 900_000, b"z"))
    assert await objects.get("a/large") == b"x" * 900_000 + b"y" * 900_000 + b"z"


async def test_an_object_that_broke_off_is_not_there(objects: Objects) -> None:
    for error in (ConnectionError("gone"), TimeoutError(), ValueError("too long")):
        with pytest.raises(type(error)):
            await objects.put_pieces("a", pieces(b"x" * 2_000_000, then=error))
        assert await objects.get("a") is None


async def test_a_size_is_known_without_reading(objects: Objects) -> None:
    await objects.put("a", b"12345")
    assert (await objects.size("a"), await objects.size("b")) == (5, None)


async def test_what_is_deleted_is_gone_and_may_have_been_before(objects: Objects) -> None:
    await objects.put("a", b"1")
    await objects.put("c", b"2")
    await objects.delete(["a", "b", "c"])
    assert [await objects.size(name) for name in "abc"] == [None, None, None]


async def test_strangers_put_nothing_into_a_folder(objects: Objects) -> None:
    assert await objects.signed_put("a", lives=timedelta(minutes=1)) is None


async def test_each_cloud_is_signed_for_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "shop")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", base64.b64encode(b"0" * 32).decode())
    azure = await Objects("az://shop/pictures").signed_put("a", lives=timedelta(minutes=1))
    assert azure is not None
    assert "sig=" in azure.url
    assert azure.headers == {"x-ms-blob-type": "BlockBlob"}


@pytest.mark.parametrize("verb", ["size", "get", "delete"])
async def test_every_verb_knows_a_store_that_is_away(tmp_path: Path, verb: str) -> None:
    (tmp_path / "file").write_text("no folder")
    objects = Objects.in_folder(tmp_path / "file")
    with pytest.raises(Unavailable):
        await getattr(objects, verb)(["a"] if verb == "delete" else "a")
