"""Which of GraphQL's two media types answers a request. Source: GraphQL over HTTP, "Accept"."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

_LONGEST: Final = 1_000  # of an `Accept` header, in characters


class Media(StrEnum):
    """`RESPONSE` speaks with status codes; `JSON` is 200 for every well-formed request."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"


def choose_media(accept: str | None) -> Media:
    """The preferred of the two. Old clients that name none, or `*/*`, get plain JSON."""
    return _preferred((accept or "*/*")[:_LONGEST])


@lru_cache(maxsize=256)  # clients send a handful of them, again and again
def _preferred(accept: str) -> Media:
    weights = _weights(accept)
    response = weights.get(Media.RESPONSE, 0.0)
    return Media.RESPONSE if response > 0 and response >= _json(weights) else Media.JSON


def wants_page(accept: str | None) -> bool:
    """Whether a browser asks, rather than a client."""
    weights = _weights((accept or "")[:_LONGEST])
    return weights.get("text/html", 0.0) > max(
        weights.get(Media.JSON, 0.0), weights.get(Media.RESPONSE, 0.0)
    )


def _json(weights: dict[str, float]) -> float:
    return weights.get(Media.JSON, 0.0)


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.lower().split(";"))
        weights[name] = max((_weight(parameter) for parameter in parameters), default=1.0)
    return weights


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
