"""The served application, assembled from what the composition root passes in."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Lifespan
from strawberry import Schema

from api.execution.endpoint import Endpoint
from api.execution.engine import Engine
from api.execution.metrics import Metrics
from api.execution.operations import Authenticate, Operations
from api.execution.services import Services
from api.execution.socket import SocketEndpoint
from server.http.access_log import AccessLog
from server.http.health import health_routes
from server.http.metrics import metrics_route, new_registry
from server.http.query_page import query_page
from server.http.security import SecurityHeaders


def create_app(
    *,
    schema: Schema,
    services: Services,
    authenticate: Authenticate,
    development: bool = False,
    routes: Sequence[BaseRoute] = (),
    registry: CollectorRegistry | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """`/graphql`, health and metrics, then `routes`, the last of which may take everything else.

    `development` shows the query page to browsers at `/graphql`. Run it by uvicorn with
    `ws_max_size` at the sockets' message limit, and with `log_config` None.
    """
    shown = registry or new_registry()
    metrics = Metrics(shown)
    engine = Engine(schema, count=metrics.count_execution)
    operations = Operations(engine, services, authenticate, metrics)
    page = query_page() if development else None
    return Starlette(
        routes=[
            Route("/graphql", Endpoint(operations, page=page)),
            WebSocketRoute("/graphql", SocketEndpoint(operations)),
            *health_routes(services.platform),
            metrics_route(shown),
            *routes,
        ],
        middleware=[Middleware(AccessLog), Middleware(SecurityHeaders)],
        lifespan=lifespan,
    )
