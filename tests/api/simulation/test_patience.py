"""What goes through the past has its time, when it is asked for alone."""

from __future__ import annotations

import pytest
from graphql import OperationDefinitionNode, parse

from api.execution.engine import Operation
from api.execution.operations import Patience


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("{ simulateEarnRule }", 60),
        ("{ again: simulateEarnRule }", 60),
        ("{ simulateEarnRule me }", 10),
        ("{ ... { simulateEarnRule } }", 10),
        ("{ me }", 10),
        ("mutation { simulateEarnRule }", 30),
    ],
)
def test_only_a_simulation_alone_may_take_a_minute(text: str, seconds: float) -> None:
    document = parse(text)
    [node] = document.definitions
    assert isinstance(node, OperationDefinitionNode)
    assert Patience().of(Operation(document, node, {})) == seconds
