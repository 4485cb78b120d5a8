"""The walls between the layers, where import-linter's contracts (pyproject.toml, `lint-imports`) do not reach."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "resnet_gui"
LIGHT = ("service.messages", "service.client", "service.conversation", "runs.spec", "runs.words", "runs.recipe_file",
         "runs.command_line", "engine.record", "engine.modes", "images.status", "results.query", "results.verdict",
         "images.geometry", "images.preprocessing")  # fmt: skip


def loaded_by(code: str) -> set[str]:
    """Top-level names of all modules that a fresh interpreter has after running `code`."""
    script = f"{code}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def module_level_imports(path: Path) -> set[str]:
    """Names imported when the module is imported: those outside functions."""
    names: set[str] = set()

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(child, ast.Import):
                names.update(alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                names.add(child.module or "")
                names.update(f"{child.module}.{alias.name}" for alias in child.names)
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return names


def test_torch_is_never_imported_by_importing_a_module() -> None:
    builder = PACKAGE / "network" / "build_torch.py"
    for path in PACKAGE.rglob("*.py"):
        names = module_level_imports(path)
        if path != builder:
            assert not {name for name in names if name.partition(".")[0] in ("torch", "torchvision")}, path
        assert "resnet_gui.network.build_torch" not in names, path


def test_what_the_window_reads_the_engine_through_needs_no_numpy() -> None:
    operations = [f"operations.{path.stem}" for path in (PACKAGE / "operations").glob("*.py")]
    assert "operations.run_pictures" in operations
    loaded = loaded_by("import " + ", ".join(f"resnet_gui.{name}" for name in (*LIGHT, *operations)))
    assert not loaded & {"numpy", "PIL", "openvino", "h5py", "torch", "PySide6"}


def test_the_version_is_told_without_loading_any_large_library() -> None:
    code = "from resnet_gui.__main__ import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass"
    assert not loaded_by(code) & {"numpy", "PIL", "openvino", "h5py", "torch", "PySide6", "sqlite3"}


def test_the_base_installation_carries_no_torch() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not [line for line in project["dependencies"] if line.startswith(("torch", "timm", "keras"))]
    assert {"gpu", "test", "package"} <= set(project["optional-dependencies"])


def test_all_versions_of_the_program_are_one() -> None:
    from resnet_gui import __version__

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == __version__
    assert f"## {__version__}" in changes
