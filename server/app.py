"""The served application, assembled from what the composition root passes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, WebSocketRoute
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
from server.http.front import PATH, Front
from server.http.health import health_routes
from server.http.metrics import metrics_route, new_registry
from server.http.query_page import query_page, query_page_files
from server.http.security import AS_SENT, SecurityHeaders

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
) -> Front:
    """`/graphql`, health and metrics, then `routes`, the last of which may take everything else.

    Unless only trusted documents are taken, browsers are shown the query page at `/graphql`. Run it
    by uvicorn with our `WebSocketProtocol`, `ws_max_size` at the sockets' message limit, and
    `log_config` None.
    """
    shown = registry or new_registry()
    graphql = _GraphQL.over(
        schema,
        services,
        authenticate,
        Metrics(shown),
        trusted_only=trusted_documents_only,
        rate_limits=rate_limits,
        patience=patience,
    )
    sockets = _sockets(graphql.operations, services, Origins(allowed_origins))

    def living(app: Starlette) -> Sequence[AbstractAsyncContextManager[object]]:
        own = (*graphql.living(), sockets.attended())
        return (*own, lifespan(app)) if lifespan else own

    with_page = not trusted_documents_only
    rest = [
        WebSocketRoute(PATH, sockets),
        *([query_page_files()] if with_page else []),
        *health_routes(services.platform),
        metrics_route(shown, graphql.metrics.settle),
        *routes,
    ]
    page = SecurityHeaders(query_page()) if with_page else None
    endpoint = Endpoint(graphql.operations, page=page, headers=AS_SENT)
    return Front(AccessLog(endpoint), _rest(rest, living))


@dataclass(frozen=True, slots=True)
class _GraphQL:
    """What answers operations, however they come, and what lives as long as it does."""

    metrics: Metrics
    documents: Registry
    engine: Engine
    buckets: Buckets
    operations: Operations

    @classmethod
    def over(
        cls,
        schema: Schema,
        services: Services,
        authenticate: Authenticate,
        metrics: Metrics,
        *,
        trusted_only: bool,
        rate_limits: bool,
        patience: Patience | None,
    ) -> _GraphQL:
        documents = Registry(services.platform.database)
        engine = _engine(schema, services, documents, metrics, trusted_only=trusted_only)
        buckets = Buckets(services.platform.redis)
        charging = Charging(buckets if rate_limits else None)
        operations = Operations(
            engine, services, authenticate, metrics, charging=charging, patience=patience
        )
        return cls(metrics, documents, engine, buckets, operations)

    def living(self) -> tuple[AbstractAsyncContextManager[object], ...]:
        return (
            self.metrics.settled(),
            aclosing(self.buckets),
            warming(self.engine, self.documents, self.metrics),
        )


def _engine(
    schema: Schema,
    services: Services,
    documents: Registry,
    metrics: Metrics,
    *,
    trusted_only: bool,
) -> Engine:
    persisted = PersistedQueries(services.platform.redis)
    lookup = Lookup(documents, persisted, trusted_only=trusted_only)
    return Engine(schema, lookup=lookup, count=metrics.count_execution)


def _sockets(operations: Operations, services: Services, origins: Origins) -> SocketEndpoint:
    places = Places(services.platform.redis)
    attendance = Attendance(places, services.platform.pubsub, services.sessions.over)
    return SocketEndpoint(operations, attendance, origins=origins)


def _rest(
    routes: Sequence[BaseRoute],
    living: Callable[[Starlette], Sequence[AbstractAsyncContextManager[object]]],
) -> Starlette:
    """What is not GraphQL over HTTP, and what lives as long as the application."""

    @asynccontextmanager
    async def live(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for one in living(app):
                await stack.enter_async_context(one)
            yield

    middleware = [Middleware(AccessLog), Middleware(SecurityHeaders)]
    return Starlette(routes=routes, middleware=middleware, lifespan=live)
