"""The shape of an invariant that tests, crash tests and `laurels verify` check alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """A sentence that must hold, and SQL that selects one row per violation."""

    name: str
    violations: str
