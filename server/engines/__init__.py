"""PostgreSQL and Valkey for a deployment that has none of its own.

Both start from nothing in about a second, without root and without a compiler, are reached by
Unix sockets only, survive `kill -9` of themselves and of their launcher, and never outlive it.
"""

from server.engines.embedded import Deployment, attach, embedded, initialise, own
from server.engines.errors import (
    BinariesMissing,
    EngineError,
    EngineFailed,
    HomeInUse,
    HomeUnusable,
    OutsideServerUnfit,
    Unfitness,
)
from server.engines.home import Engines
from server.engines.postgres import PostgresServer
from server.engines.valkey import ValkeyServer

__all__ = [
    "BinariesMissing",
    "Deployment",
    "EngineError",
    "EngineFailed",
    "Engines",
    "HomeInUse",
    "HomeUnusable",
    "OutsideServerUnfit",
    "PostgresServer",
    "Unfitness",
    "ValkeyServer",
    "attach",
    "embedded",
    "initialise",
    "own",
]
