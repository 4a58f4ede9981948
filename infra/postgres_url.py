"""A `postgres://` URL as the driver's settings, Unix sockets (`?host=/folder`) included."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from domain.errors import Invalid


def connection_settings(url: str) -> dict[str, Any]:
    """Host, port, user, password, database and TLS mode of `url`.

    Raises: Invalid when it is no PostgreSQL URL. The message never repeats the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "asyncpg"}:
        raise Invalid("settings.database_url", scheme=parts.scheme)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    settings: dict[str, Any] = {
        "host": query.get("host") or parts.hostname or "127.0.0.1",
        "port": int(query.get("port") or parts.port or 5432),
        "user": unquote(parts.username or query.get("user") or "laurels"),
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path.lstrip("/")) or "laurels",
    }
    if mode := query.get("sslmode"):
        settings["ssl"] = mode
    return settings
