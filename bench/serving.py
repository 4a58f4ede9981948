"""Serves the home screen as the product serves: `python -m bench.serving compiled|hand-written`.

Prints its port as one line. Uvicorn and the memory settings are those of an API process.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn

from bench.execution import servers
from server.http.protocol import HttpProtocol
from server.memory import settle_down


def main(name: str) -> None:
    """Serves one of the servers of `bench.execution` until it is told to stop."""
    config = uvicorn.Config(
        servers()[name],
        loop="uvloop",
        http=HttpProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=600,
        lifespan="off",
    )
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    settle_down()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main(sys.argv[1])
