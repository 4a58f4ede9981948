"""The application around the API: health, metrics, headers, logs, the query page."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import Mock

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api.execution.http.endpoint import Endpoint
from server.http.front import Front
from server.http.security import HEADERS

Engines: TypeAlias = Any  # those of conftest.py
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def client_of(app: Front) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop")


async def ask(http: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    return await http.post("/graphql", json={"query": query}, headers=headers)


def lines_of(logs: list[Any], event: str) -> list[Any]:
    return [line for line in logs if line["event"] == event]


# Health


async def test_a_process_is_alive_whatever_its_engines_do(
    http: httpx.AsyncClient,
    engines: Engines,
) -> None:
    engines.postgres = engines.redis = False
    assert (await http.get("/healthz")).json() == {"status": "alive"}


@pytest.mark.parametrize(
    ("postgres", "redis", "away"),
    [
        (True, True, []),
        (False, True, ["postgres"]),
        (True, False, ["redis"]),
        (False, False, ["postgres", "redis"]),
    ],
)
async def test_it_is_ready_while_postgres_answers_and_tells_what_is_away(
    http: httpx.AsyncClient,
    engines: Engines,
    postgres: bool,  # noqa: FBT001
    redis: bool,  # noqa: FBT001
    away: list[str],
) -> None:
    engines.postgres, engines.redis = postgres, redis
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json().get("away", [])) == (200 if postgres else 503, away)


# Metrics


async def test_operations_show_in_the_metrics(http: httpx.AsyncClient) -> None:
    await ask(http, "{ hello }")
    answer = await http.get("/metrics")
    families = {one.name: one for one in text_string_to_metric_families(answer.text)}
    counted = [
        sample
        for sample in families["laurels_graphql_operations"].samples
        if sample.name.endswith("_total")
    ]
    assert [(one.labels, one.value) for one in counted] == [
        ({"type": "query", "outcome": "ok"}, 1.0)
    ]
    assert "process_resident_memory_bytes" in families


COUNTING = """
import asyncio
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from api.execution.metrics import Metrics, Verdict
from server.http.metrics import metrics_route, new_registry

metrics = Metrics(new_registry())
metrics.count("query", Verdict.OK)
scope = {"type": "http", "method": "GET", "path": "/metrics", "headers": []}
answer = asyncio.run(metrics_route(new_registry(), metrics.settle).endpoint(Request(scope)))
print(answer.body.decode())
"""


async def test_processes_that_share_a_folder_are_shown_together(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": os.curdir}
    for processes in (1, 2):
        counting = await asyncio.create_subprocess_exec(
            sys.executable, "-c", COUNTING, env=environment, stdout=asyncio.subprocess.PIPE
        )
        shown, _ = await counting.communicate()
        assert f'outcome="ok",type="query"}} {processes}.0' in shown.decode()


async def test_two_apps_of_a_process_share_nothing(make_app: Callable[..., Front]) -> None:
    make_app()
    make_app()


# Headers


async def test_every_answer_has_the_request_id(http: httpx.AsyncClient) -> None:
    kept = await http.get("/healthz", headers={"x-request-id": "trace-123"})
    made = await http.get("/healthz", headers={"x-request-id": "no\tgood"})
    assert kept.headers["x-request-id"] == "trace-123"
    assert re.fullmatch(r"[0-9a-f]{32}", made.headers["x-request-id"])


async def test_an_error_names_the_id_of_its_answer(http: httpx.AsyncClient) -> None:
    answer = await ask(http, "{ nothing }")
    (error,) = answer.json()["errors"]
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/healthz", "/graphql?query={hello}", "/graphql?query={no}"])
async def test_answers_of_all_kinds_have_the_same_guards(
    http: httpx.AsyncClient, path: str
) -> None:
    answer = await http.get(path, headers={"x-request-id": "trace-123"})
    assert {name: answer.headers.get_list(name) for name in HEADERS} == {
        name: [value] for name, value in HEADERS.items()
    }
    assert answer.headers.get_list("x-request-id") == ["trace-123"]


async def test_the_query_page_has_the_guards_that_it_does_not_set(
    http: httpx.AsyncClient,
) -> None:
    page = await http.get("/graphql", headers={"accept": BROWSER})
    assert {name: len(page.headers.get_list(name)) for name in HEADERS} == dict.fromkeys(HEADERS, 1)
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_answers_are_guarded_unless_they_say_otherwise(http: httpx.AsyncClient) -> None:
    plain, framed = await http.get("/healthz"), await http.get("/framed")
    assert plain.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]
    assert (plain.headers["x-frame-options"], framed.headers["x-frame-options"]) == (
        "DENY",
        "SAMEORIGIN",
    )


# The access log


async def test_a_request_is_one_line(http: httpx.AsyncClient) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        answer = await ask(http, "query Home { hello }")
        await http.get("/framed?token=swordfish")
    (home,) = [line for line in lines_of(logs, "request") if line["path"] == "/graphql"]
    assert (home["operation"], home["status"]) == ("Home", 200)
    assert home["request_id"] == answer.headers["x-request-id"]
    (framed,) = [line for line in lines_of(logs, "request") if line["path"] == "/framed"]
    assert (framed["method"], framed["status"], framed["log_level"]) == ("GET", 200, "info")
    assert framed["ms"] >= 0
    assert "swordfish" not in str(logs)


async def test_what_breaks_in_the_endpoint_is_logged_and_answered_too(
    make_app: Callable[..., Front], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Endpoint, "_send", Mock(side_effect=RuntimeError("swordfish")))
    async with client_of(make_app()) as http:
        with capture_logs() as logs:
            answer = await ask(http, "{ hello }")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert [line["status"] for line in lines_of(logs, "request")] == [500]
    assert len(lines_of(logs, "request.failed")) == 1


async def test_probes_whisper(http: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await http.get("/healthz")
    assert [line["log_level"] for line in lines_of(logs, "request")] == ["debug"]


async def test_what_breaks_is_logged_once_and_answered(http: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await http.get("/broken")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal")
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    assert "swordfish" not in answer.text
    assert len(lines_of(logs, "request.failed")) == 1
    assert [line["status"] for line in lines_of(logs, "request")] == [500]


# The query page


async def test_a_browser_gets_a_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", headers={"accept": BROWSER})
    assert answer.headers["content-type"].startswith("text/html")


async def test_a_client_gets_an_answer_there(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", params={"query": "{ hello }"}, headers={"accept": BROWSER})
    assert answer.json()["data"] == {"hello": "你好"}


async def test_where_documents_must_be_registered_there_is_no_page(
    make_app: Callable[..., Front],
) -> None:
    async with client_of(make_app(trusted_documents_only=True)) as http:
        answer = await http.get("/graphql", headers={"accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"][:16]) == (400, "application/json")
