"""The served application, assembled from what the composition root passes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, nullcontext

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from strawberry import Schema

from api.execution.cost.charging import Charging
from api.execution.documents.lookup import Lookup
from api.execution.documents.persisted import PersistedQueries
from api.execution.documents.registry import Registry
from api.execution.engine import Engine
from api.execution.http.endpoint import Endpoint
from api.execution.metrics import Metrics
from api.execution.operations import Authenticate, Operations, Patience
from api.execution.services import Services
from api.execution.sockets import SocketEndpoint
from api.execution.sockets.attendance import Attendance
from api.execution.sockets.origins import Origins
from api.execution.sockets.places import Places
from api.execution.warming import warming
from infra.buckets import Buckets
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
    trusted_documents_only: bool = False,
    allowed_origins: Collection[str] = (),
    rate_limits: bool = False,
    patience: Patience | None = None,
    routes: Sequence[BaseRoute] = (),
    registry: CollectorRegistry | None = None,
    lifespan: Living | None = None,
) -> Starlette:
    """`/graphql`, health and metrics, then `routes`, the last of which may take everything else.

    Unless only trusted documents are taken, browsers are shown the query page at `/graphql`. Run it
    by uvicorn with our `WebSocketProtocol`, `ws_max_size` at the sockets' message limit, and
    `log_config` None.
    """
    shown = registry or new_registry()
    metrics = Metrics(shown)
    documents = Registry(services.platform.database)
    persisted = PersistedQueries(services.platform.redis)
    lookup = Lookup(documents, persisted, trusted_only=trusted_documents_only)
    engine = Engine(schema, lookup=lookup, count=metrics.count_execution)
    buckets = Buckets(services.platform.redis)
    charging = Charging(buckets if rate_limits else None)
    operations = Operations(
        engine, services, authenticate, metrics, charging=charging, patience=patience
    )

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
        async with (
            aclosing(buckets),
            warming(engine, documents, metrics),
            sockets.attended(),
            beside,
        ):
            yield

    page = None if trusted_documents_only else query_page()
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
