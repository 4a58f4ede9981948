"""The whole schema over a shop that sells things."""

from tests.api.posts.conftest import authors, clients

__all__ = ["authors", "clients"]
