"""Settings of a deployment, from the environment; the README lists them."""

from __future__ import annotations

import base64
import os
import re
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT: Final = Path(__file__).resolve().parent.parent
_SECRET_BYTES: Final = 32
_ORIGIN: Final = re.compile(r"https?://[^/?#@\s]+")
_LEAST_KEY: Final = 24
_MOST_KEY: Final = 64


class Settings(BaseSettings):
    """Everything that may differ between two deployments."""

    model_config = SettingsConfigDict(extra="ignore", case_sensitive=True, populate_by_name=True)

    host: str = Field(default="127.0.0.1", alias="HOST")
    port: int = Field(default=8000, alias="PORT", ge=0, le=65535)
    home: Path = Field(default=PROJECT / ".laurels", alias="LAURELS_HOME")
    database_url: str | None = Field(default=None, alias="DATABASE_URL")
    redis_url: str | None = Field(default=None, alias="REDIS_URL")
    public_url: str | None = Field(
        default=None, alias="PUBLIC_URL", pattern=r"^https?://[^/?#@\s]+$"
    )
    object_store_url: str | None = Field(default=None, alias="OBJECT_STORE_URL")
    demo: bool = Field(default=True, alias="DEMO")
    sandbox_asked: bool = Field(default=False, alias="SANDBOX")
    api_workers: int = Field(default=2, alias="API_WORKERS", ge=1, le=64)
    picture_processes: int = Field(default=1, alias="PICTURE_PROCESSES", ge=1, le=16)
    picture_classifier: str | None = Field(
        default=None, alias="PICTURE_CLASSIFIER", pattern=r"^[\w.]+:\w+$"
    )
    pool_size: int = Field(default=10, alias="POOL_SIZE", ge=2, le=200)
    log_format: str = Field(default="console", alias="LOG_FORMAT", pattern="^(console|json)$")
    log_level: str = Field(
        default="INFO", alias="LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$"
    )
    trusted_documents_only: bool = Field(default=False, alias="TRUSTED_DOCUMENTS_ONLY")
    allowed_origins: str = Field(default="", alias="ALLOWED_ORIGINS")
    trusted_proxies: str = Field(default="", alias="TRUSTED_PROXIES")
    rate_limits: bool | None = Field(default=None, alias="RATE_LIMITS")
    query_timeout: float = Field(default=10, alias="QUERY_TIMEOUT", gt=0, le=60)
    mutation_timeout: float = Field(default=30, alias="MUTATION_TIMEOUT", gt=0, le=60)
    secret: SecretStr | None = Field(default=None, alias="LAURELS_SECRET", min_length=16)
    orders_hook_secret: SecretStr | None = Field(default=None, alias="ORDERS_HOOK_SECRET")
    oidc_issuer: str | None = Field(default=None, alias="OIDC_ISSUER")
    oidc_audience: str | None = Field(default=None, alias="OIDC_AUDIENCE")
    oidc_jwks_url: str | None = Field(default=None, alias="OIDC_JWKS_URL")
    oidc_customer_claim: str = Field(default="sub", alias="OIDC_CUSTOMER_CLAIM")

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, given: str) -> str:
        for origin in given.split():
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError("must be like https://shop.example, or *; a space parts several")
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, given: str) -> str:
        for proxy in given.split():
            ip_network(proxy)  # raises ValueError; so it does for *, which would believe anybody
        return given

    @field_validator("orders_hook_secret")
    @classmethod
    def _check_hook_secret(cls, given: SecretStr | None) -> SecretStr | None:
        for secret in given.get_secret_value().split() if given else ():
            _check_webhook_secret(secret)
        return given

    @property
    def sandbox(self) -> bool:
        """Whether this is a sandbox: the demo is one."""
        return self.demo or self.sandbox_asked

    @property
    def rate_limited(self) -> bool:
        """Whether operations are taken from buckets: as asked, else anywhere but in a sandbox."""
        return not self.sandbox if self.rate_limits is None else self.rate_limits

    @property
    def address(self) -> str:
        """Where everybody reaches this deployment: as given, else this machine's own."""
        return self.public_url or f"http://{self.host}:{self.port}"

    def proxies(self) -> list[str]:
        """Who is believed about where a request comes from; nobody, unless told."""
        return self.trusted_proxies.split()

    def origins(self) -> tuple[str, ...]:
        """Whose web pages may open sockets; none: those of this server."""
        return tuple(self.allowed_origins.split())

    def code_secret(self) -> bytes:
        """What keys the hashes of sign-in codes: given, or made once and kept in the home."""
        if self.secret is not None:
            return self.secret.get_secret_value().encode()
        return kept_secret(self.home / "secret")


def _check_webhook_secret(secret: str) -> None:
    """Source: Standard Webhooks: `whsec_` and Base64 of 24 to 64 bytes."""
    prefix, _, key = secret.partition("_")
    try:
        decoded = base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except ValueError:
        decoded = b""
    if prefix != "whsec" or not _LEAST_KEY <= len(decoded) <= _MOST_KEY:
        raise ValueError("must be whsec_ and Base64 of 24 to 64 bytes; a space parts several")


def kept_secret(path: Path) -> bytes:
    """The secret in this file, made by whichever process comes first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(_SECRET_BYTES))
        try:
            os.link(draft, path)  # atomic: of two first processes, one wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip().encode()
