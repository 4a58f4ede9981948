"""The served application, assembled from what the composition root passes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from strawberry import Schema

from api.execution.endpoint import Endpoint
from api.execution.engine import Engine
from api.execution.metrics import Metrics
from api.execution.operations import Authenticate, Operations
from api.execution.services import Services
from api.execution.sockets import SocketEndpoint
from api.execution.sockets.attendance import Attendance
from api.execution.sockets.origins import Origins
from api.execution.sockets.places import Places
from server.http.access_log import AccessLog
from server.http.health import health_routes
from server.http.metrics import metrics_route, new_registry
from server.http.query_page import query_page, query_page_files
from server.http.security import SecurityHeaders

Living = Callable[[Starlette], AbstractAsyncContextManager[None]]
"""What runs beside an application from its start to its end."""


def create_app(
    *,
    schema: Schema,
    services: Services,
    authenticate: Authenticate,
    development: bool = False,
    allowed_origins: Collection[str] = (),
    routes: Sequence[BaseRoute] = (),
    registry: CollectorRegistry | None = None,
    lifespan: Living | None = None,
) -> Starlette:
    """`/graphql`, health and metrics, then `routes`, the last of which may take everything else.

    `development` shows the query page to browsers at `/graphql`. Run it by uvicorn with
    our `WebSocketProtocol`, `ws_max_size` at the sockets' message limit, and `log_config` None.
    """
    shown = registry or new_registry()
    metrics = Metrics(shown)
    engine = Engine(schema, count=metrics.count_execution)
    operations = Operations(engine, services, authenticate, metrics)

    sockets = SocketEndpoint(
        operations,
        Attendance(
            Places(services.platform.redis), services.platform.pubsub, services.sessions.over
        ),
        origins=Origins(allowed_origins),
    )

    @asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        beside = lifespan(app) if lifespan else nullcontext()
        async with sockets.attended(), beside:
            yield

    page = query_page() if development else None
    return Starlette(
        routes=[
            Route("/graphql", Endpoint(operations, page=page)),
            WebSocketRoute("/graphql", sockets),
            *([query_page_files()] if page else []),
            *health_routes(services.platform),
            metrics_route(shown),
            *routes,
        ],
        middleware=[Middleware(AccessLog), Middleware(SecurityHeaders)],
        lifespan=live,
    )
