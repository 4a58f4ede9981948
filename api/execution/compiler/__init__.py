"""The document compiler: one GraphQL document becomes one Python program.

`batch_field` is for slices, `Compiler` for the engine; how it works is in `docs/execution.md`.
"""

from api.execution.compiler.batching import batch_field
from api.execution.compiler.compiler import Compiler, Count
from api.execution.compiler.effects import Effects, Resuming
from api.execution.compiler.reasons import Reason, Unsupported

__all__ = ["Compiler", "Count", "Effects", "Reason", "Resuming", "Unsupported", "batch_field"]
