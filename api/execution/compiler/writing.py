"""Writes the source of a plan: a block for what needs no waiting, one for each deferred field.

    async def start(run):                               # { post { title author { name } } }
     fail = run.fail
     p4 = []
     try:
      a0 = f0(v)
      if a0.__class__ is not T0: a0 = s[0].check(a0, run, (), None)
      if a0 is not None:
       a1 = a0.title
       if a1.__class__ is not str: a1 = s[1].check(a1)
       d0 = {'title': a1, 'author': None}
       p4.append((d0, a0))
       a0 = d0
     except Exception: a0 = fail(0, None)
     run.data = d = {'post': a0}
     await run.go(((F4, b4, p4),))

`s` are positions, `a` values, `o` lists being built, `d` objects, `w` which type it is, `k`
arguments, `p` parents that wait for a deferred field, `D` the object whose deferred field a block
completes. A field that may be null has a `try` of its own, which costs nothing until something is
raised.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from keyword import iskeyword
from typing import Any, assert_never

from api.execution.compiler.access import waits
from api.execution.compiler.info import FieldInfo
from api.execution.compiler.leaves import leaf_lines
from api.execution.compiler.plan import Attribute, Batch, Call, Field, TypeName, Whole
from api.execution.compiler.planning import Plan
from api.execution.compiler.positions import Choice, Leaf, Many, One, Position
from api.execution.compiler.writer import Writer

_BUILTINS = (str, int, float, bool, list, len, zip)
_MOST_BLOCKS = 12  # Python's own limit is 20, and one object may open four


class Source:
    """The text of a plan, the positions of its lines, and the names it uses."""

    def __init__(self, plan: Plan) -> None:
        self._writer = Writer()
        self._waiting: list[Field] = []
        self._argued: list[Field] = []
        self._mutates = plan.mutates
        # Builtins by names of our own: one dictionary to look in, not two.
        self.names: dict[str, Any] = {one.__name__: one for one in _BUILTINS} | {"I": FieldInfo}
        self.names["s"] = plan.positions
        todo: list[Field] = self._first(plan.root)
        self.defers = bool(todo)
        while todo:
            todo += self._deferred(todo.pop(0))
        self.text, self.lines = self._writer.finished()

    def _first(self, fields: list[Field]) -> list[Field]:
        with self._writer.function("async def start(run):") as block:
            self._writer.add("v = run.root")
            self._object(fields, "v", "d")
            self._writer.add("run.data = d")
            return self._finish(block.first, "one_by_one" if self._mutates else "go")

    def _deferred(self, field: Field) -> list[Field]:
        with self._writer.function(f"async def b{field.number}(run, waiting):") as block:
            if _is_sole(field):
                self._writer.add("((D, v),) = waiting")
                self._completed(field, f"await {self._access(field, 'v')}")
            else:
                n = field.number
                self._writer.add(f"results = {self._results(field)}", n)
                with self._writer.under(f"for (D, v), a{n} in zip(waiting, results):"):
                    self._completed(field, None)
            return self._finish(block.first)

    def _completed(self, field: Field, got_by: str | None) -> None:
        """Gets a deferred field's value, where that is left to do, and completes it."""
        n, value = field.number, f"a{field.number}"
        with self._writer.under("try:", n):
            if got_by is not None:
                self._writer.add(f"{value} = {got_by}")
            self._value(field.position, value)
        self._writer.add(f"except Exception: {value} = fail({n}, D)", n)
        self._writer.add(f"D[{field.key!r}] = {value}")

    def _finish(self, first: list[str], go: str = "go") -> list[Field]:
        """Ends a block: what waits is gone for, what it needs is made at its beginning."""
        waiting, self._waiting = self._waiting, []
        argued, self._argued = self._argued, []
        first.append("fail = run.fail")
        first += [f"p{field.number} = []" for field in waiting]
        first += [f"k{field.number} = A{field.number}.shared(run)" for field in argued]
        if waiting:
            self.names |= {f"F{field.number}": field for field in waiting}
            groups = "".join(f"(F{f.number}, b{f.number}, p{f.number})," for f in waiting)
            self._writer.add(f"await run.{go}(({groups}))")
        return waiting

    def _results(self, field: Field) -> str:
        if isinstance(field.access, Batch):
            n = field.number
            self.names |= {f"f{n}": field.access.function, f"F{n}": field}
            given = [f"info={self._info(field, 'waiting[0][0]')}", *self._keywords(field)]
            return f"await run.batch(lambda parents: f{n}(parents, {', '.join(given)}), waiting)"
        return f"await run.each(lambda D, v: {self._access(field, 'v')}, waiting)"

    def _object(self, fields: list[Field], parent: str, target: str) -> None:
        """Completes the object in `parent` into `target`."""
        entries: list[str] = []
        deferred: list[Field] = []
        for field in fields:
            if field.deferred:
                deferred.append(field)
            entries.append(f"{field.key!r}: {self._entry(field, parent)}")
        self._writer.add(f"{target} = {{{', '.join(entries)}}}")
        for field in deferred:
            self._writer.add(f"p{field.number}.append(({target}, {parent}))")
        self._waiting += deferred

    def _entry(self, field: Field, parent: str) -> str:
        """Writes a field, and gives the expression of what came of it."""
        if isinstance(field.access, TypeName):
            return repr(field.parent.name)
        if field.deferred:
            return "None"
        n = field.number
        value = f"a{n}"
        if not field.position.nullable:
            self._writer.add(f"{value} = {self._access(field, parent)}", n)
            self._value(field.position, value)
            return value
        with self._writer.under("try:", n):
            self._writer.add(f"{value} = {self._access(field, parent)}", n)
            self._value(field.position, value)
        self._writer.add(f"except Exception: {value} = fail({n}, {_anchor(field)})", n)
        return value

    def _access(self, field: Field, parent: str) -> str:
        n, access = field.number, field.access
        match access:
            case Attribute(name):
                plain = name.isidentifier() and not iskeyword(name)
                return f"{parent}.{name}" if plain else f"getattr({parent}, {name!r})"
            case Call():
                self.names[f"f{n}"] = access.function
                given = [parent] if access.by_position else []
                given += [f"{name}={parent}" for name in access.parent]
                if access.info is not None:
                    given.append(f"{access.info}={self._info(field, _anchor(field))}")
                call = f"f{n}({', '.join([*given, *self._keywords(field)])})"
                return f"await {call}" if field.prompt and not field.deferred else call
            case Whole():
                self.names |= {f"f{n}": access.function, f"F{n}": field, f"A{n}": field.arguments}
                info = f"F{n}.resolve_info(run, {_indices(field)}, {_anchor(field)})"
                raw = "" if field.arguments is None else f", **A{n}.raw(run)"
                return f"f{n}({parent}, {info}{raw})"
            case TypeName() | Batch():
                raise AssertionError("written elsewhere")
            case _:
                assert_never(access)

    def _info(self, field: Field, anchor: str) -> str:
        self.names[f"F{field.number}"] = field
        return f"I(run, F{field.number}, {_indices(field)}, {anchor})"

    def _keywords(self, field: Field) -> list[str]:
        n, arguments = field.number, field.arguments
        if arguments is None:
            return []
        if arguments.constant is not None:
            named = {f"k{n}_{name}": value for name, value in arguments.constant.items()}
            self.names |= named
            return [f"{name}=k{n}_{name}" for name in arguments.constant]
        self.names[f"A{n}"] = arguments
        self._argued.append(field)
        return [f"**(A{n}.fresh(run) if k{n} is None else k{n})"]

    def _value(self, position: Position, v: str) -> None:
        """Completes the value in `v`, which is turned into what the response shows."""
        n = position.number
        if isinstance(position, Leaf):
            for line in leaf_lines(position, v, self.names):
                self._writer.add(line, n)
            return
        if self._writer.blocks >= _MOST_BLOCKS:
            with self._writer.function(f"async def g{n}({v}):"):
                self._composite(position, v)
                self._writer.add(f"return {v}")
            self._writer.add(f"{v} = await g{n}({v})", n)
            return
        self._composite(position, v)

    def _composite(self, position: Position, v: str) -> None:
        match position:
            case Many():
                self._many(position, v)
            case One():
                self._one(position, v)
            case Choice():
                self._choice(position, v)
            case _:
                raise AssertionError(position)

    def _many(self, many: Many, v: str) -> None:
        n = many.number
        self._writer.add(f"if {v}.__class__ is not list: {v} = s[{n}].check({v})", n)
        with self._unless_null(many, v):
            self._items(many, v)

    def _items(self, many: Many, v: str) -> None:
        built, item = f"o{many.number}", many.item
        each = f"a{item.number}"
        self._writer.add(f"{built} = []")
        with self._writer.under(f"for {each} in {v}:", many.number):
            if item.nullable:
                with self._writer.under("try:", item.number):
                    self._value(item, each)
                fail = f"fail({item.number}, {_anchor(item.field)})"
                self._writer.add(f"except Exception: {each} = {fail}", item.number)
            else:
                self._value(item, each)
            self._writer.add(f"{built}.append({each})", item.number)
        self._writer.add(f"{v} = {built}", many.number)

    def _one(self, one: One, v: str) -> None:
        n, field = one.number, one.field
        check = f"{v} = s[{n}].check({v}, run, {_indices(field)}, {_anchor(field)})"
        if one.usual:
            (self.names[f"T{n}"],) = one.usual
            check = f"if {v}.__class__ is not T{n}: {check}"
        self._writer.add(check, n)
        with self._unless_null(one, v):
            self._selection(one, v)

    def _unless_null(self, position: Position, v: str) -> AbstractContextManager[None]:
        return self._writer.under(f"if {v} is not None:") if position.nullable else nullcontext()

    def _selection(self, one: One, v: str) -> None:
        if any(field.deferred for field in one.selection):
            self._object(one.selection, v, f"d{one.number}")
            self._writer.add(f"{v} = d{one.number}")
        else:
            self._object(one.selection, v, v)

    def _choice(self, choice: Choice, v: str) -> None:
        n, field = choice.number, choice.field
        self.names[f"t{n}"] = choice.known.get
        self._writer.add(f"w{n} = t{n}({v}.__class__)", n)
        check = f"s[{n}].check({v}, run, {_indices(field)}, {_anchor(field)})"
        self._writer.add(f"if w{n} is None: w{n} = {check}")
        for number, branch in enumerate(choice.branches, 1):
            test = "if" if number == 1 else "elif"
            with self._writer.under(f"{test} w{n} == {number}:", n):
                self._selection(branch, v)
        self._writer.add(f"else: {v} = None", n)


def _is_sole(field: Field) -> bool:
    """Whether a deferred field has one parent at most, and surely gives something to await."""
    in_list = any(step.owner is None for step in field.position.steps)
    return not in_list and isinstance(field.access, Call) and waits(field.definition)


def _indices(field: Field) -> str:
    """The indices of the lists around a field that its own block builds."""
    lists = [step.key for step in field.position.steps[field.started :] if step.owner is None]
    return "(" + "".join(f"len({name}), " for name in lists) + ")"


def _anchor(field: Field) -> str:
    return "None" if field.head is None else "D"
