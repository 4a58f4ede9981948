"""Photos from a phone's file to what is served: against bare Pillow, in CPU time, memory and delay.

The file is made here: twelve megapixels of smooth shapes with the grain of a camera. Bare Pillow
does the same work in the best way that we know, in this process, with nothing around it; ours is
the whole verb, a file sent in pieces and completed, with its own process, perceptual hash, database
and object store. The two take turns, and are told by CPU time: the machine may be busy.
"""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psutil
from fast_thumbhash import (  # type: ignore[import-untyped]
    rgba_to_thumb_hash,  # pyright: ignore[reportUnknownVariableType]
)
from PIL import Image, ImageChops, ImageOps

from bench.figures import Figure
from bench.till import open_till
from community.media import store
from community.media.uploads import Uploads
from infra.objects import Objects
from infra.pictures.decoders import Decoders

PHOTOS: Final = 24
LEAST: Final = 0.85
MOST_MEMORY: Final = 120
MOST_DELAY: Final = 50
_SIZE: Final = (4000, 3000)
_SIZES: Final = (1600, 800, 320)
_PIECE: Final = 64 * 1024
_PROBE: Final = 0.005  # seconds


async def measure() -> list[Figure]:
    """One process decodes; the event loop is asked all the while whether it is on time."""
    file = _photo()
    bare, ours = 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with open_till() as till:
            [member_id] = await till.enrol(1)
            platform = replace(till.platform, objects=Objects.in_folder(Path(folder)))
            decoders = Decoders(seconds=60)
            uploads = Uploads(platform, secret=b"bench", address="", decoders=decoders)
            await _sent(uploads, member_id, file)  # starts the process
            [decoder] = [one for one in psutil.Process().children() if _decodes(one)]
            for _ in range(PHOTOS):
                bare += await asyncio.to_thread(_timed, file)
                before = _spent(decoder)
                await _sent(uploads, member_id, file)
                ours += _spent(decoder) - before
            alone, _ = await _delays(asyncio.sleep(5))
            meanwhile, busy = await _delays(_many(uploads, member_id, file))
            memory = _most_memory(decoder)
            assert await store.count_unused(platform.database, member_id) == 2 * PHOTOS + 1
            await uploads.close()
    ratio = bare / ours
    return [
        Figure("bare Pillow, a photo of 12 megapixels", bare / PHOTOS * 1000, "ms CPU"),
        Figure("the whole verb", ours / PHOTOS * 1000, "ms CPU"),
        Figure(
            "throughput of a core, to bare Pillow's", ratio, "×", f"≥ {LEAST} ×",
            ratio >= LEAST,
        ),
        Figure(
            "most memory of the decoding process", memory, "MiB", f"≤ {MOST_MEMORY} MiB",
            memory <= MOST_MEMORY,
        ),
        Figure("latest turn of the event loop, doing nothing", alone[-1], "ms"),
        Figure(
            "latest turn of the event loop meanwhile", meanwhile[-1], "ms", f"≤ {MOST_DELAY} ms",
            meanwhile[-1] <= MOST_DELAY,
        ),
        Figure("99 of 100 turns meanwhile", meanwhile[len(meanwhile) * 99 // 100], "ms"),
        Figure("longest turn in CPU time of its own", busy[-1], "ms CPU"),
    ]  # fmt: skip


def _photo() -> bytes:
    """Shapes, a sky and grain, as a camera writes them."""
    shapes = Image.effect_mandelbrot(_SIZE, (-2.2, -1.3, 1.2, 1.3), 60)
    grain = Image.effect_noise(_SIZE, 24)
    sky = Image.linear_gradient("L").resize(_SIZE)
    photo = Image.merge("RGB", [ImageChops.blend(one, grain, 0.25) for one in (shapes, sky, grain)])
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    out = BytesIO()
    photo.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def _timed(file: bytes) -> float:
    """Seconds of CPU that bare Pillow needs, of the thread that it runs in."""
    began = time.thread_time()
    _bare(file)
    return time.thread_time() - began


def _bare(file: bytes) -> int:
    """The same sizes and placeholder: decoded at a scale, shrunk, turned, each from the last."""
    with Image.open(BytesIO(file)) as image:
        scale = _SIZES[0] / max(image.size)
        image.draft("RGB", (round(image.width * scale), round(image.height * scale)))
        image.thumbnail((_SIZES[0], _SIZES[0]), Image.Resampling.LANCZOS, reducing_gap=2)
        upright = ImageOps.exif_transpose(image)
    written = 0
    for width in _SIZES:
        upright.thumbnail((width, width), Image.Resampling.LANCZOS)
        out = BytesIO()
        upright.save(out, "WEBP", quality=80, method=2)
        written += len(out.getvalue())
    upright.thumbnail((100, 100))
    small = upright.convert("RGBA")
    rgba_to_thumb_hash(*small.size, small.tobytes())
    return written


async def _sent(uploads: Uploads, member_id: UUID, file: bytes) -> None:
    """The way of a photo, from the ticket to the picture."""
    invitation = await uploads.create(member_id, "image/jpeg", len(file))
    await uploads.receive(
        invitation.ticket.id,
        invitation.url.partition("signature=")[2],
        content_type="image/jpeg",
        byte_size=len(file),
        pieces=_pieces(file),
    )
    await uploads.complete(member_id, invitation.ticket.id, None)


async def _pieces(file: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(file), _PIECE):
        yield file[start : start + _PIECE]


async def _many(uploads: Uploads, member_id: UUID, file: bytes) -> None:
    """As many photos, four members' worth at a time."""
    for _ in range(PHOTOS // 4):
        await asyncio.gather(*(_sent(uploads, member_id, file) for _ in range(4)))


async def _delays(work: Coroutine[Any, Any, None]) -> tuple[list[float], list[float]]:
    """By how many milliseconds each turn of the event loop came late while the work went on, and
    how many of CPU the loop spent in it: a busy machine makes a turn late, but no longer.
    """
    doing, late, busy = asyncio.create_task(work), list[float](), list[float]()
    while not doing.done():
        began, spent = time.perf_counter(), time.thread_time()
        await asyncio.sleep(_PROBE)
        late.append((time.perf_counter() - began - _PROBE) * 1000)
        busy.append((time.thread_time() - spent) * 1000)
    await doing
    return sorted(late), sorted(busy)


def _decodes(process: psutil.Process) -> bool:
    return "infra.pictures.decoder" in process.cmdline()


def _spent(decoder: psutil.Process) -> float:
    """Seconds of CPU: of this process with all its threads, and of the one that decodes."""
    times = decoder.cpu_times()
    return time.process_time() + times.user + times.system


def _most_memory(decoder: psutil.Process) -> float:
    """MiB that were in memory at most."""
    status = (Path("/proc") / str(decoder.pid) / "status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
