"""An API process beside a running deployment: `python -m bench.whole_serving product|by-hand`.

Everything about it is an API process's own, by hand only the application differs. Prints its
port as one line.
"""

from __future__ import annotations

import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from api.schema import build_schema
from bench.whole_screen import ByHand
from server.api_process import application
from server.engine_room import engines_for_command
from server.http.protocol import HttpProtocol
from server.logs import configure_logs
from server.memory import settle_down
from server.settings import Settings
from server.wiring import Laurels, assemble


def by_hand(laurels: Laurels) -> Starlette:
    return Starlette(routes=[Route("/graphql", ByHand(laurels).answer, methods=["POST"])])


async def serve(name: str) -> None:
    """Serves until it is told to stop."""
    settings = Settings()
    configure_logs(json=True, level=settings.log_level)
    schema = build_schema()
    async with (
        engines_for_command(settings) as engines,
        assemble(settings, engines, name=name) as laurels,
    ):
        product = name == "product"
        app = application(settings, laurels, schema) if product else by_hand(laurels)
        config = uvicorn.Config(
            app,
            http=HttpProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=600,
        )
        listener = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        settle_down()
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(sys.argv[1]))
