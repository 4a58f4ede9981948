"""What a classifier says of the pictures of posts: an extra that a deployment brings itself.

A classifier is anything that is given a picture, as WebP, and says how sure it is of which labels,
from 0 to 1:

    def classify(picture: bytes) -> Mapping[str, float]: ...

It runs in a thread of the process, once what was written is committed, with the smallest size of
each picture, and takes nothing out of the deployment. What it is sure of is queued, and never
held. Where a process dies meanwhile, or the classifier fails, the post stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, TypeAlias, cast

import structlog

from community.moderation.queue.putting import put
from community.posts import store as posts
from domain.errors import Unavailable
from domain.moderation.priority import Signal
from domain.moderation.subjects import Origin, Subject
from domain.posts.visibility import PostState
from infra.database import Transaction
from infra.pictures import store as pictures
from infra.platform import Platform, Written

Classify: TypeAlias = Callable[[bytes], Mapping[str, float]]

SURE: Final = 0.8
"""From how sure a label is shown to a moderator."""

_SIGNAL: Final = "picture"
_WEIGHT: Final = 2.0
_SMALLEST: Final = 1
_log = structlog.stdlib.get_logger(__name__)


def named(name: str) -> Classify:
    """The classifier called `package.module:function`.

    Raises: ValueError, ImportError, AttributeError.
    """
    module, colon, function = name.partition(":")
    if not colon:
        raise ValueError("a classifier is named package.module:function")
    return cast("Classify", getattr(import_module(module), function))


class Pictures:
    """Lives as long as the process. Without a classifier nothing is looked at."""

    def __init__(self, classify: Classify | None) -> None:
        self._classify = classify
        self._looking: set[asyncio.Task[None]] = set()

    def look(self, platform: Platform, tx: Transaction, written: Written) -> None:
        """Looks at the pictures of what is written, after the commit."""
        classify = self._classify
        if classify is None or not written.image_ids:
            return

        async def begin() -> None:
            task = asyncio.create_task(_look(platform, written, classify), name="pictures")
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

        tx.after_commit(begin)

    async def finish(self) -> None:
        """Waits for what is being looked at."""
        await asyncio.gather(*self._looking)


async def _look(platform: Platform, written: Written, classify: Classify) -> None:
    try:
        found = await _found(platform, written, classify)
        if found:
            await _queue(platform, written, found)
    except Unavailable:
        _log.warning("pictures.not_looked_at", post=str(written.id))
    except Exception:  # noqa: BLE001 - whatever a classifier of somebody else's raises
        _log.exception("pictures.classifier_failed", post=str(written.id))


async def _found(platform: Platform, written: Written, classify: Classify) -> dict[str, float]:
    """The labels that it is sure of, each as sure as for any of the pictures."""
    found: dict[str, float] = {}
    images = await pictures.by_ids(platform.database, written.image_ids)
    for image in images.values():
        data = await platform.objects.get(image.for_width(_SMALLEST))
        if data is None:
            continue
        for label, sure in (await asyncio.to_thread(classify, data)).items():
            if sure >= SURE:
                found[str(label)] = max(float(sure), found.get(str(label), 0.0))
    return found


async def _queue(platform: Platform, written: Written, found: Mapping[str, float]) -> None:
    said = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    shown = ", ".join(f"{label} {100 * sure:.0f} %" for label, sure in said)
    signal = Signal(_SIGNAL, _WEIGHT, {"labels": dict(said), "shown": shown})
    subject = Subject(written.kind, written.id, written.author_id)

    async def work(tx: Transaction) -> None:
        post = await posts.hold(tx, written.id)
        if post is not None and post.state is not PostState.DELETED:
            now = await platform.clock.now(tx)
            await put(tx, platform, subject, Origin.AUTOMATIC, [signal], now=now)

    await platform.database.in_transaction(work)
