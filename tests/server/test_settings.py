"""What a deployment may set."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from server.settings import Settings

LIMITED: list[tuple[dict[str, str], bool]] = [
    ({}, False),  # the demo is a sandbox
    ({"RATE_LIMITS": "on"}, True),
    ({"DEMO": "0"}, True),
    ({"DEMO": "0", "RATE_LIMITS": "off"}, False),
    ({"DEMO": "0", "SANDBOX": "1"}, False),
    ({"DEMO": "0", "SANDBOX": "1", "RATE_LIMITS": "1"}, True),
]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO", "SANDBOX", "RATE_LIMITS", "TRUSTED_PROXIES"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("environment", "limited"), LIMITED)
def test_rate_limits_are_on_but_in_sandboxes_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, limited: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().rate_limited is limited


def test_nobody_is_believed_about_addresses_who_is_not_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings().proxies() == []
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8 ::1")
    assert Settings().proxies() == ["10.0.0.0/8", "::1"]


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.1,10.0.0.2", "10.0.0.1/8"])
def test_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch, proxies: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", proxies)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("seconds", ["0", "-1", "61"])
def test_time_limits_are_seconds_within_a_minute(
    monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("QUERY_TIMEOUT", seconds)
    with pytest.raises(ValidationError):
        Settings()
