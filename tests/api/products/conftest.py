"""The whole schema over a shop that sells things."""

from tests.api.posts.conftest import authors, clients, engine

__all__ = ["authors", "clients", "engine"]
