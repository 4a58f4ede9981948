"""stub"""
from __future__ import annotations
from starlette.routing import Route
from server.settings import Settings
from server.wiring import Laurels
def hook_routes(settings: Settings, laurels: Laurels) -> list[Route]:
    return []
