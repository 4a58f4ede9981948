"""`/`: what runs here and what to try first."""

from server.http.welcome.routes import welcome_routes

__all__ = ["welcome_routes"]
