"""What resolvers may call: one field for each slice's services, filled by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from gamification.programme.current import Programmes
from infra.platform import Platform
from members.sessions import Sessions
from members.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Services:
    """Lives as long as the process. A slice adds its service as a field of its own type."""

    platform: Platform
    programmes: Programmes
    sessions: Sessions
    sign_in: SignIn
