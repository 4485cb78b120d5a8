"""Ratchets: numbers about the code that may only get better."""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "resnet_gui"
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MOST_METHODS = 20
LONGEST_CLASS = 250
FORWARDING = 0.03
DRAWERS = {"utils", "util", "helpers", "common", "misc"}


def modules() -> Iterator[tuple[Path, str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(PACKAGE), text, ast.parse(text)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(path): len(text.splitlines()) for path, text, _ in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{path}:{function.name}": length
        for path, _, tree in modules()
        for function in functions(tree)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_class_has_too_many_methods() -> None:
    crowded = {
        f"{path}:{node.name}": count
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (count := sum(isinstance(part, ast.FunctionDef) for part in node.body)) > MOST_METHODS
    }
    assert crowded == {}


def test_no_class_is_longer_than_250_lines() -> None:
    long = {
        f"{path}:{node.name}": length
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_CLASS
    }
    assert long == {}


def forwards(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether all it does is one call with what it was given, or with what it holds."""
    body = [part for part in function.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr) or not isinstance(body[0].value, ast.Call):
        return False
    given = [*body[0].value.args, *(keyword.value for keyword in body[0].value.keywords)]
    return all(isinstance(one, ast.Name | ast.Attribute | ast.Starred) for one in given)


def test_few_functions_only_forward() -> None:
    """Layers that only hand on are to be read and kept, and do nothing."""
    every = [function for _, _, tree in modules() for function in functions(tree)]
    assert sum(map(forwards, every)) / len(every) <= FORWARDING


def test_no_module_is_a_drawer() -> None:
    assert [str(path) for path, _, _ in modules() if set(path.with_suffix("").parts) & DRAWERS] == []


def test_every_module_says_in_its_first_line_what_it_owns() -> None:
    missing = [str(path) for path, text, tree in modules() if text.strip() and not ast.get_docstring(tree)]
    assert missing == []


def test_every_public_function_and_class_is_explained() -> None:
    """Overridden methods of Qt (camelCase) and of protocols' implementations explain themselves at their origin."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, _, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_unknown_error_is_swallowed() -> None:
    """Passing over a named error may be right; passing over any error hides bugs."""
    broad = {"Exception", "BaseException"}
    silent = [
        f"{path}:{node.lineno}"
        for path, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(part, ast.Pass) for part in node.body)
        and (node.type is None or broad & {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)})
    ]
    assert silent == []
