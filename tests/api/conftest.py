"""The whole schema, built once for all tests that ask it."""

import pytest

from api.execution.engine import Engine
from api.schema import build_schema


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())
