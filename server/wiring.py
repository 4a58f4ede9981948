"""The composition root: builds what lives as long as a process, and takes it down again."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from community.media.uploads import Uploads
from community.moderation.intake import pictures
from community.moderation.intake.pictures import Pictures
from community.moderation.intake.receiving import Intake
from community.referrals.digests import Digests
from community.referrals.following import Following
from community.referrals.registering import Registering
from gamification.engine.at_once import applying
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.objects import Objects
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from members.authentication import Authentication
from members.sessions import Sessions
from members.sign_in import SignIn
from members.tokens import Tokens
from messaging.development_outbox import DevelopmentOutbox
from server.engines import Engines
from server.settings import Settings

if TYPE_CHECKING:
    from members.oidc import ShopTokens


@dataclass(frozen=True, slots=True)
class Laurels:
    """One process's share of a deployment."""

    engines: Engines
    platform: Platform
    programmes: Programmes
    tokens: Tokens
    sessions: Sessions
    sign_in: SignIn
    authentication: Authentication
    uploads: Uploads
    intake: Intake
    registering: Registering


@asynccontextmanager
async def assemble(settings: Settings, engines: Engines, *, name: str) -> AsyncIterator[Laurels]:
    """Connects to running engines with a migrated database.

    Raises: Unavailable when PostgreSQL does not answer.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(
            engines.database_url, pool_size=settings.pool_size, name=f"laurels-{name}"
        )
        stack.push_async_callback(database.close)
        redis = open_redis(engines.redis_url)
        stack.push_async_callback(redis.aclose)
        pubsub = PubSub(redis)
        stack.push_async_callback(pubsub.close)
        clock = await Clock.of(database)
        programmes = Programmes(Expressions())
        intake = Intake(_sample_key(settings), _looking_at_pictures(settings))
        platform = Platform(
            database,
            redis,
            clock,
            pubsub,
            load_catalogue(),
            objects=_objects(settings),
            apply_at_once=applying(programmes),
            review=intake.receive,
            referring=Following(),
        )
        uploads = _uploads(settings, platform)
        stack.push_async_callback(uploads.close)
        tokens = Tokens(database)
        sessions = Sessions(database, tokens, pubsub)
        registering = Registering(platform, Digests(settings.code_secret()))
        yield Laurels(
            engines=engines,
            platform=platform,
            programmes=programmes,
            tokens=tokens,
            sessions=sessions,
            sign_in=_sign_in(settings, database, sessions, registering),
            authentication=Authentication(tokens, await _shop_tokens(settings, platform, stack)),
            uploads=uploads,
            intake=intake,
            registering=registering,
        )


def _sign_in(
    settings: Settings, database: Database, sessions: Sessions, registering: Registering
) -> SignIn:
    return SignIn(
        database,
        sessions,
        DevelopmentOutbox(),
        secret=settings.code_secret(),
        welcome=registering.welcome,
    )


def _objects(settings: Settings) -> Objects:
    if settings.object_store_url is not None:
        return Objects(settings.object_store_url)
    return Objects.in_folder(settings.home / "objects")


def _looking_at_pictures(settings: Settings) -> Pictures:
    name = settings.picture_classifier
    return Pictures(None if name is None else pictures.named(name))


def _sample_key(settings: Settings) -> bytes:
    """Which posts are drawn for the sample, nobody can work out who does not have the secret."""
    return hmac.digest(settings.code_secret(), b"laurels review sample", sha256)


def _uploads(settings: Settings, platform: Platform) -> Uploads:
    return Uploads(
        platform,
        secret=settings.code_secret(),
        address=settings.address,
        decoders=Decoders(settings.picture_processes),
    )


async def _shop_tokens(
    settings: Settings, platform: Platform, stack: AsyncExitStack
) -> ShopTokens | None:
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    # Late: most deployments have no identity provider, and an HTTP client is slow to import.
    import httpx

    from members.oidc import IdentityProvider, ShopTokens

    http = await stack.enter_async_context(httpx.AsyncClient(timeout=5))
    provider = IdentityProvider(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        jwks_url=settings.oidc_jwks_url,
        customer_claim=settings.oidc_customer_claim,
    )
    return ShopTokens(provider, platform.database, platform.clock, http)
