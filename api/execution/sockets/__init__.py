"""GraphQL over WebSocket: who may connect, what is said, and how one event reaches thousands."""

from api.execution.sockets.endpoint import SocketEndpoint

__all__ = ["SocketEndpoint"]
