"""Gets the registered documents ready when a process starts, and looks whether they are still good.

A document that was valid when it was registered may not be any more: the schema has changed since.
It is told in the log and counted, so that somebody sees it before its users do.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final

import structlog

from api.execution.documents.document import Document
from api.execution.documents.registry import Registry
from api.execution.engine import Engine
from api.execution.metrics import Metrics
from domain.errors import Unavailable

_log = structlog.stdlib.get_logger(__name__)
_HEAD_START: Final = 1.0  # seconds that a process gives to it before it serves
_TOGETHER: Final = 50  # texts of one statement
_REST: Final = 0.02  # seconds between two documents once the process serves


class Warmth(StrEnum):
    """What became of a registered document."""

    READY = "ready"
    COLD = "cold"  # valid, and no room for it: read and compiled when it is asked for
    INVALID = "invalid"


@asynccontextmanager
async def warming(engine: Engine, registry: Registry, metrics: Metrics) -> AsyncIterator[None]:
    """Warms for up to a second, and goes on with what is left while the process serves."""
    task = asyncio.create_task(_try(engine, registry, metrics), name="warming")
    try:
        await asyncio.wait({task}, timeout=_HEAD_START)
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def warm(engine: Engine, registry: Registry, metrics: Metrics) -> None:
    """Warms the documents that were registered last, as many as there is room for.

    Raises: Unavailable.
    """
    counts: Counter[Warmth] = Counter()
    clock = asyncio.get_running_loop().time
    served_from = clock() + _HEAD_START
    digests = await registry.digests()
    for start in range(0, len(digests), _TOGETHER):
        group = digests[start : start + _TOGETHER]
        texts = await registry.texts(group)
        for digest in group:
            if digest in texts:
                warmth = _warm(engine, digest, texts[digest])
                counts[warmth] += 1
                metrics.registered.labels(warmth).set(counts[warmth])
                await asyncio.sleep(0 if clock() < served_from else _REST)
    if digests:
        _log.info("documents.warmed", **{state.value: count for state, count in counts.items()})


def _warm(engine: Engine, digest: str, text: str) -> Warmth:
    document, warmth = engine.warm(text), Warmth.READY
    if document is None:
        document, warmth = engine.examine(text), Warmth.COLD
    if document.tree is None:
        _tell_invalid(digest, document)
        return Warmth.INVALID
    return warmth


def _tell_invalid(digest: str, document: Document) -> None:
    _log.warning(
        "document.invalid", digest=digest, errors=[str(error) for error in document.errors]
    )


async def _try(engine: Engine, registry: Registry, metrics: Metrics) -> None:
    try:
        await warm(engine, registry, metrics)
    except Unavailable as away:
        _log.warning("documents.not_warmed", engine=away.engine)
    except Exception:  # noqa: BLE001 - an edge: documents that are not warmed are served all the same
        _log.exception("documents.not_warmed")
