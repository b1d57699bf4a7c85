"""What the code writes into the audit, read from its source: the kinds of events and the names of their details."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import wheal.clinic

ROOT = Path(wheal.clinic.__file__).parent
WRITES = {"record", "record_refusal", "record_about", "note_refused"}
Function = ast.FunctionDef


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" not in path.parts and not path.name.startswith(("demo", "bench")):
            yield path.relative_to(ROOT).parts[0], ast.parse(path.read_text())


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.Call)]


def _given(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _writes(tree: ast.AST) -> list[ast.Call]:
    return [
        each
        for each in _calls(tree)
        if _called(each) in WRITES and (_given(each, "what") or _given(each, "detail"))
    ]


def _names(tree: ast.AST | None) -> set[str]:
    return {each.id for each in ast.walk(tree) if isinstance(each, ast.Name)} if tree else set()


def _keys(tree: ast.AST) -> Iterator[str]:
    for each in ast.walk(tree):
        if isinstance(each, ast.Dict):
            yield from (
                key.value for key in each.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            )


def _built(function: Function, names: set[str]) -> Iterator[str]:
    """What is put into a dictionary of that name before it is written."""
    for each in ast.walk(function):
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in names and getattr(each, "value", None):
                yield from _keys(each.value)
            elif isinstance(target, ast.Subscript) and getattr(target.value, "id", "") in names:
                yield from (str(each.value) for each in (target.slice,) if isinstance(each, ast.Constant))


def _functions(tree: ast.Module) -> list[Function]:
    return [each for each in ast.walk(tree) if isinstance(each, Function)]


def _passing_on() -> dict[tuple[str, str], list[tuple[Function, str, str]]]:
    """By app and name, the functions that write `what` and `**detail` of whoever calls: itself, what the kind begins
    with ("stock."), and the parameter that ends it."""
    found: dict[tuple[str, str], list[tuple[Function, str, str]]] = {}
    for app, tree in _sources():
        for function in _functions(tree):
            for call in _writes(function):
                held = found.setdefault((app, function.name), [])
                what = _given(call, "what")
                parts = what.values if isinstance(what, ast.JoinedStr) else []
                is_named = len(parts) == 2 and isinstance(parts[0], ast.Constant)
                rest = function.args.kwarg.arg if function.args.kwarg else ""
                if (
                    is_named
                    and isinstance(parts[1], ast.FormattedValue)
                    and isinstance(parts[1].value, ast.Name)
                ):
                    held.append((function, str(parts[0].value), parts[1].value.id))
                elif rest and rest in _names(_given(call, "detail")):
                    held.append((function, "", ""))
    return {key: held for key, held in found.items() if held}


def kinds() -> set[str]:
    found, passing = set(), _passing_on()
    for app, tree in _sources():
        for call in _calls(tree):
            what = _given(call, "what")
            if isinstance(what, ast.Constant) and "." in str(what.value) and _called(call) in WRITES:
                found.add(str(what.value))
            for function, prefix, name in passing.get((app, _called(call)), ()):
                order = [each.arg for each in function.args.args]
                said = _given(call, name)
                if said is None and name in order and order.index(name) < len(call.args):
                    said = call.args[order.index(name)]
                if prefix and isinstance(said, ast.Constant):
                    found.add(f"{prefix}{said.value}")
    return found


def details() -> set[str]:
    found, passing = set(), _passing_on()
    for app, tree in _sources():
        for function in _functions(tree):
            for call in _writes(function):
                if (detail := _given(call, "detail")) is not None:
                    found |= {*_keys(detail), *_built(function, _names(detail))}
        for call in _calls(tree):
            if held := passing.get((app, _called(call))):
                arguments = [each for one, *_rest in held for each in (*one.args.args, *one.args.kwonlyargs)]
                own = {each.arg for each in arguments}
                found |= {each.arg for each in call.keywords if each.arg and each.arg not in own}
                found |= {key for each in call.keywords if each.arg is None for key in _keys(each.value)}
    return found
