"""The first look at what comes in: GraphQL over HTTP goes to its endpoint, the rest to Starlette.

A home screen costs a few hundred microseconds. Starlette's layers and router would add a tenth to
that, to find out again what the path says.
"""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

PATH: Final = "/graphql"


class Front:
    """`graphql` answers requests at its path; `rest` all others, sockets, and start and end."""

    def __init__(self, graphql: ASGIApp, rest: Starlette) -> None:
        self.rest = rest
        self._graphql = graphql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._graphql(scope, receive, send)
        else:
            await self.rest(scope, receive, send)
