"""The address of a deployment: one listening socket for each API process, all on one port.

The supervisor holds the sockets open, so that connections wait while a process restarts. Where
the kernel spreads connections over sockets of one port (Linux), each process has its own;
processes that share one would leave most connections to whichever looked first. A socket listens
from the moment its process does, so nobody is sent to a process that is still starting.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

_SPREADS: Final = sys.platform == "linux"


@contextmanager
def listeners(host: str, port: int, count: int) -> Iterator[Sequence[socket.socket]]:
    """Sockets for so many processes, bound to one port (0: any that is free).

    Raises: OSError when the port is taken.
    """
    with ExitStack() as stack:
        probe = stack.enter_context(_bound(host, port, shared=False))  # refuses a taken port
        if not _SPREADS:
            yield [probe] * count
            return
        chosen = int(probe.getsockname()[1])
        probe.close()
        yield [stack.enter_context(_bound(host, chosen, shared=True)) for _ in range(count)]


def address(bound: socket.socket) -> str:
    """The URL that a bound socket is reached by."""
    host, port = bound.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound
