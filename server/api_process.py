"""One API process: the application on a socket that its supervisor holds open."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.routing import BaseRoute
from strawberry import Schema

from api.deals.offers import offers_of_products
from api.execution.operations import Patience
from api.execution.services import Services
from api.execution.sockets.protocol import LONGEST_MESSAGE
from api.feeds.products import posts_of_products
from api.members.types import existing_members, members_with_avatars
from api.posts.types import posts_by_id
from api.schema import build_schema
from community.moderation.measures import meters
from server.app import create_app
from server.engines import Engines
from server.gate import pass_gate
from server.http.awards import award_routes
from server.http.deals import deal_routes
from server.http.front import Front
from server.http.hooks import hook_routes
from server.http.invites import invite_routes
from server.http.media import media_routes
from server.http.metrics import new_registry
from server.http.protocol import HttpProtocol
from server.http.shares import share_routes
from server.http.statement import statement_routes
from server.http.uploads import upload_routes
from server.http.welcome import welcome_routes
from server.memory import settle_down
from server.settings import Settings
from server.websocket import PING_SECONDS, WebSocketProtocol
from server.wiring import Laurels, assemble

_GRACE_SECONDS = 10
_KEEP_ALIVE_SECONDS = 75  # phones come back within a minute, and load balancers hold that long


async def run(settings: Settings, engines: Engines, fd: int) -> None:
    """Serves until told to stop; what is under way is finished first."""
    schema = build_schema()
    await pass_gate()
    async with assemble(settings, engines, name="api") as laurels:
        config = uvicorn.Config(
            application(settings, laurels, schema),
            fd=fd,
            loop="uvloop",
            http=HttpProtocol,
            ws=WebSocketProtocol,
            ws_max_size=LONGEST_MESSAGE,
            ws_ping_interval=PING_SECONDS,
            ws_ping_timeout=PING_SECONDS,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies()),
            forwarded_allow_ips=settings.proxies(),
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        settle_down()
        await server.serve(sockets=[socket.socket(fileno=fd)])


def application(settings: Settings, laurels: Laurels, schema: Schema) -> Front:
    """The application over these services."""
    registry = new_registry()
    moderation = meters.Meters(registry)
    return create_app(
        schema=schema,
        services=_services(settings, laurels, moderation),
        authenticate=laurels.authentication.viewer,
        trusted_documents_only=settings.trusted_documents_only,
        allowed_origins=settings.origins(),
        rate_limits=settings.rate_limited,
        patience=Patience(settings.query_timeout, settings.mutation_timeout),
        routes=_routes(settings, laurels),
        registry=registry,
        lifespan=lambda _app: _living(laurels, moderation),
    )


@asynccontextmanager
async def _living(laurels: Laurels, moderation: meters.Meters) -> AsyncIterator[None]:
    """What goes on in the process beside the requests."""
    tasks = [
        asyncio.create_task(laurels.platform.pubsub.run(), name="pubsub"),
        asyncio.create_task(laurels.intake.keep_ready(laurels.platform), name="word lists"),
    ]
    async with meters.kept(moderation, laurels.platform):
        yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _services(settings: Settings, laurels: Laurels, moderation: meters.Meters) -> Services:
    return Services(
        platform=laurels.platform,
        programmes=laurels.programmes,
        sessions=laurels.sessions,
        sign_in=laurels.sign_in,
        members=existing_members,
        members_with_avatars=members_with_avatars,
        address=settings.address,
        uploads=laurels.uploads,
        product_posts=posts_of_products,
        posts=posts_by_id,
        moderation=moderation,
        product_offers=offers_of_products,
        registering=laurels.registering,
    )


def _routes(settings: Settings, laurels: Laurels) -> list[BaseRoute]:
    return [
        *hook_routes(settings, laurels),
        *statement_routes(laurels),
        *media_routes(laurels.platform.objects),
        *upload_routes(laurels.uploads, laurels.platform.catalogue),
        *award_routes(laurels, settings.address),
        *deal_routes(laurels, settings.address),
        *invite_routes(laurels, settings.address),
        *share_routes(laurels, settings.address, settings.code_secret()),
        *welcome_routes(settings, laurels),
    ]
