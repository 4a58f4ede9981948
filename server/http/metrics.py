"""`/metrics` for Prometheus: this process's meters, or those of all API processes together.

Where several processes share one address, `PROMETHEUS_MULTIPROC_DIR` names an empty folder in
which they keep their meters, and whichever is asked shows the sum. What others counted in the
last second may be missing.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def new_registry() -> CollectorRegistry:
    """A registry with the process's own memory, CPU time and open files."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def metrics_route(registry: CollectorRegistry, settle: Callable[[], None]) -> Route:
    """`settle` shows what the process has counted and not yet told its meters."""

    async def show(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        settle()
        # It reads files, of the process or of the shared folder.
        content = await asyncio.to_thread(lambda: encode(_shown(registry)))
        return Response(content, headers={"content-type": content_type})

    return Route("/metrics", show)


def _shown(registry: CollectorRegistry) -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return registry
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
