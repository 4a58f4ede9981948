"""Batch resolvers: the normal way to load children, one call for all parents of a list.

    @strawberry.type
    class Post:
        author_id: strawberry.Private[UUID]

        @batch_field(description="Who wrote it.")
        @staticmethod
        async def author(posts: Sequence[Post], info: Info) -> list[Member | None]:
            return await members_by_id(info.context, [post.author_id for post in posts])

The resolver takes the parents and gives one value for each, in their order; an exception in the
list is why that one alone failed. Arguments follow `info` and are the same for all parents of a
call. Compiled documents call it once for a place in the document; the interpreter collects the
parents of a place in a loader of the operation. `info.path` is the first parent's.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any, Concatenate, Final, TypeAlias, cast, get_args

from strawberry.types.field import StrawberryField
from strawberry.utils.await_maybe import await_maybe

from api.execution.compiler.core import nodes_of
from api.execution.context import Context, Info
from api.execution.fields import field

Values: TypeAlias = Sequence[object]
BatchResolver: TypeAlias = Callable[Concatenate[list[Any], Info, ...], Values | Awaitable[Values]]

_MARK: Final = "__batch_resolver__"
_BESIDES_ARGUMENTS: Final = 2  # the parents and the info


def batch_field(
    *,
    description: str,
    name: str | None = None,
    deprecation_reason: str | None = None,
    reads_viewer: bool = False,
) -> Callable[[BatchResolver], StrawberryField]:
    """A field that a static method resolves for a list of parents.

    `reads_viewer`: its value depends on who asks, so subscribers must not share it.

    Raises: TypeError for a method that takes no parents and info, or returns no list.
    """
    decorate = field(
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        reads_viewer=reads_viewer,
    )

    def made(resolver: BatchResolver) -> StrawberryField:
        function = resolver.__func__ if isinstance(resolver, staticmethod) else resolver
        resolve = for_one(cast("FunctionType", function))
        return decorate(resolve)

    return made


def batch_of(resolver: Callable[..., Any]) -> Callable[..., Any] | None:
    """The batch resolver behind the resolver of a field that `batch_field` made."""
    return getattr(resolver, _MARK, None)


def for_one(function: FunctionType) -> Callable[..., Awaitable[object]]:
    """The resolver of one parent, as strawberry and its interpreter want it."""

    async def resolve(self: object, info: Info, **given: object) -> object:
        node = nodes_of(info)[0]
        place = _Place(function, id(node), partial(function, info=info, **given))
        return await info.context.load(place, _Parent(self))

    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())
    if len(parameters) < _BESIDES_ARGUMENTS or parameters[1].name != "info":
        raise TypeError(f"{function.__qualname__} must take its parents and `info`")
    one = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    element = _element_of(signature.return_annotation, function.__qualname__)
    vars(resolve).update(
        {
            _MARK: function,
            "__signature__": signature.replace(
                parameters=[one, *parameters[1:]], return_annotation=element
            ),
        }
    )
    resolve.__name__, resolve.__qualname__ = function.__name__, function.__qualname__
    resolve.__module__ = function.__module__
    annotations = dict(function.__annotations__) | {"return": element}
    annotations.pop(parameters[0].name, None)
    resolve.__annotations__ = annotations
    return resolve


def _element_of(returned: object, name: str) -> object:
    """What the list of a return annotation holds, less the exceptions that stand for failures."""
    if isinstance(returned, str):
        tree = ast.parse(returned, mode="eval").body
        if isinstance(tree, ast.Subscript):
            return ast.unparse(_less_exceptions(tree.slice))
    elif len(get_args(returned)) == 1:
        return get_args(returned)[0]
    raise TypeError(f"{name} must be annotated to return a list")


def _less_exceptions(element: ast.expr) -> ast.expr:
    if not isinstance(element, ast.BinOp):
        return element
    left, right = _less_exceptions(element.left), element.right
    if isinstance(right, ast.Name) and right.id == "Exception":
        return left
    return ast.BinOp(left, element.op, right)


@dataclass(frozen=True, slots=True)
class _Place:
    """A batch resolver at one field of the document: the key of a loader, and what it calls."""

    function: Callable[..., Any]
    node: int
    call: Callable[..., Any] = dataclasses.field(compare=False)

    async def __call__(self, _context: Context, parents: list[_Parent]) -> Sequence[Any]:
        return await await_maybe(self.call([one.value for one in parents]))


@dataclass(frozen=True, slots=True, eq=False)
class _Parent:
    """One parent, the same only as itself: most types are neither hashable nor unique."""

    value: object
