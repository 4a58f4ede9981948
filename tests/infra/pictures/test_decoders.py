"""Processes that decode strangers' files: a bad one costs a refusal, no more."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.errors import Invalid, Unavailable
from infra.pictures import decoders as decoders_module
from infra.pictures import processing
from infra.pictures.decoders import Decoders
from infra.pictures.picture import Picture
from tests.infra.pictures import bombs

BROKEN = Path(__file__).parent / "files" / "broken"
HARMLESS = {"exif_gps_typeerror.jpg", "odd_exif.jpg"}  # good pictures with damaged remarks
MOST_MEMORY = 500 * 1024  # kB
HANG = 30.0  # seconds; longer than any limit under test


@pytest.fixture
async def decoders() -> AsyncIterator[Decoders]:
    made = Decoders(seconds=HANG)
    yield made
    await made.close()


async def read(decoders: Decoders, data: bytes) -> Picture:
    async def load() -> bytes:
        return data

    return await decoders.read(load)


async def refusal(decoders: Decoders, data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        await read(decoders, data)
    return refused.value.reason


def jpeg(width: int = 400, height: int = 300) -> bytes:
    out = BytesIO()
    Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 50).save(out, "JPEG")
    return out.getvalue()


def pid_of(decoders: Decoders) -> int:
    [one] = decoders._idle
    return one._process.pid


async def test_another_process_makes_the_same_picture(decoders: Decoders) -> None:
    data = jpeg()
    assert await read(decoders, data) == processing.read(data)


async def test_one_process_serves_one_picture_after_the_other(decoders: Decoders) -> None:
    await read(decoders, jpeg(80, 60))
    first = pid_of(decoders)
    await asyncio.gather(*(read(decoders, jpeg(width, 60)) for width in (70, 80, 90)))
    assert pid_of(decoders) == first


@pytest.mark.parametrize("make", bombs.REFUSED, ids=lambda make: make.__name__)
async def test_a_bomb_is_refused_and_harms_nobody(
    decoders: Decoders, make: Callable[[], bytes]
) -> None:
    data = await asyncio.to_thread(make)
    assert (await refusal(decoders, data)).startswith("image.")
    assert (await read(decoders, jpeg(80, 60))).sizes
    assert _most_memory(pid_of(decoders)) < MOST_MEMORY


async def test_what_goes_on_behind_the_last_pixel_is_not_read(decoders: Decoders) -> None:
    data = await asyncio.to_thread(bombs.endless_png)
    assert [size.width for size in (await read(decoders, data)).sizes] == [8]
    assert _most_memory(pid_of(decoders)) < MOST_MEMORY


def _most_memory(pid: int) -> int:
    """Address space in kB that a process ever had; 0 where the kernel does not tell."""
    if sys.platform != "linux":
        return 0
    status = (Path("/proc") / str(pid) / "status").read_text()
    return int(status.partition("VmPeak:")[2].split()[0])


@pytest.mark.parametrize("name", sorted(os.listdir(BROKEN)))  # noqa: PTH208 - names are enough
async def test_known_broken_files_are_refused(decoders: Decoders, name: str) -> None:
    data = (BROKEN / name).read_bytes()
    if name in HARMLESS:
        assert (await read(decoders, data)).sizes
    else:
        assert await refusal(decoders, data) in {"image.unreadable", "image.too_many_pixels"}


async def test_a_process_that_is_killed_at_work_costs_one_refusal(decoders: Decoders) -> None:
    await read(decoders, jpeg(80, 60))
    pid = pid_of(decoders)
    os.kill(pid, signal.SIGSTOP)  # so that it is at work when it is killed
    asking = asyncio.create_task(refusal(decoders, jpeg(80, 60)))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    assert await asking == "image.too_demanding"
    assert (await read(decoders, jpeg(80, 60))).sizes
    assert pid_of(decoders) != pid


async def test_a_process_that_died_between_two_pictures_costs_nothing(decoders: Decoders) -> None:
    await read(decoders, jpeg(80, 60))
    [idle] = decoders._idle
    os.kill(idle._process.pid, signal.SIGKILL)
    await idle._process.wait()
    assert (await read(decoders, jpeg(80, 60))).sizes


async def test_what_takes_too_long_is_refused() -> None:
    impatient = Decoders(seconds=0.001)
    assert await refusal(impatient, jpeg()) == "image.too_demanding"
    assert impatient._idle == []


async def test_what_takes_too_much_memory_is_refused(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = "import infra.pictures.decoder as d; d.MOST_MEMORY = 110 * 2**20; d.main()"
    monkeypatch.setattr(decoders_module, "_COMMAND", (sys.executable, "-P", "-c", small))
    out = BytesIO()
    Image.new("RGB", (6_000, 4_000)).save(out, "PNG", compress_level=1)
    assert await refusal(decoders, out.getvalue()) == "image.too_demanding"
    assert (await read(decoders, jpeg(80, 60))).sizes


async def test_nonsense_is_no_answer(decoders: Decoders, monkeypatch: pytest.MonkeyPatch) -> None:
    lying = "import sys; sys.stdout.write('nonsense' * 2**20)"
    monkeypatch.setattr(decoders_module, "_COMMAND", (sys.executable, "-c", lying))
    assert await refusal(decoders, jpeg(80, 60)) == "image.too_demanding"


async def test_who_gives_up_leaves_no_answer_behind(decoders: Decoders) -> None:
    await read(decoders, jpeg(80, 60))
    giving_up = asyncio.create_task(read(decoders, jpeg(1000, 1000)))
    await asyncio.sleep(0)
    giving_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving_up
    assert [size.width for size in (await read(decoders, jpeg(90, 60))).sizes] == [90]


async def test_more_than_can_be_waited_for_are_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders_module, "_WAITING", 0)
    with pytest.raises(Unavailable, match="pictures"):
        await read(Decoders(), jpeg(80, 60))


async def test_a_process_is_told_no_secrets(
    decoders: Decoders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAURELS_SECRET", "not for the eyes of strangers")
    await read(decoders, jpeg(80, 60))
    if sys.platform == "linux":
        assert b"LAURELS_SECRET" not in _environment(pid_of(decoders))


def _environment(pid: int) -> bytes:
    return (Path("/proc") / str(pid) / "environ").read_bytes()
