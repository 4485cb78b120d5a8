"""A new option, column or format is a row of its table: a copy of the program gets one, and every part knows it.

The copies are changed in the files that docs/architecture.md names for such a change, and in no other.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from resnet_gui.cli.arguments import parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.gui.core.settings import Settings, load
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.variants import published
from resnet_gui.option import Bounds, Effect, Group, Help, Option, option, rows, written
from resnet_gui.results.columns import COLUMNS, LATER, Row
from resnet_gui.runs.command_line import TableWanted, command_words
from resnet_gui.runs.facts import identity_facts, report_facts, run_identity
from resnet_gui.runs.options import OPTIONS
from resnet_gui.runs.recipe import KEYS, Recipe
from resnet_gui.runs.recipe_file import RecipeError, read_recipe
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.weights.weight_set import ClassName, WeightSet
from tests.unit.results.making import done_store

ROOT = Path(__file__).resolve().parents[2]
OF_A_START = {"device", "threads", "batch", "follow_links", "fresh"}
"""Options that no recipe holds."""
WEIGHTS = WeightSet(
    published(50), {}, PRESETS["torch"], (ClassName(0, "tench", "n01440764"), ClassName(1, "crane (bird)")),
    "0123456789abcdef" * 4, "ResNet-50", "a file",
)  # fmt: skip


def other_value(row: Option) -> Any:
    """A value that is not the usual one."""
    if row.choices:
        return next(choice for choice in row.choices if choice != row.default)
    if row.kind is bool:
        return not row.default
    if row.kind is str:
        return "cpu"
    assert row.bounds is not None
    return row.kind(row.bounds.most or row.bounds.least + 1)


# ---------------------------------------------------------------- the table as it is


@pytest.mark.parametrize("row", [row for row in OPTIONS if row.flag], ids=lambda row: row.field)
def test_the_command_line_understands_what_it_writes(row: Option) -> None:
    value = other_value(row)
    words = row.typed_words(value)
    options = parse(["classify", "a", *words])
    assert getattr(options, row.field) == value
    assert options.given == {row.field}
    if row.field in {one.field for one in rows(RunSpec)} - {"fresh"}:
        spec = make_spec(options)
        assert getattr(spec, row.field) == value
        assert type(getattr(spec, row.field)) is type(value)
        assert set(words) <= set(command_words(spec, TableWanted(csv="t.csv")))


def test_what_a_run_depends_on_is_in_recipes_but_for_what_belongs_to_one_start() -> None:
    in_recipes = {key.field for key in KEYS}
    assert {row.field for row in OPTIONS} - in_recipes == OF_A_START


@pytest.mark.parametrize("row", rows(RunSpec), ids=lambda row: row.field)
def test_an_identity_knows_what_changes_answers_and_a_report_what_changes_anything(row: Option) -> None:
    usual, other = RunSpec(("/a",)), RunSpec(("/a",), **{row.field: other_value(row)})
    changed = identity_facts(usual, WEIGHTS) != identity_facts(other, WEIGHTS)
    assert changed == (row.effect is Effect.ANSWERS)
    assert (report_facts(usual, WEIGHTS) != report_facts(other, WEIGHTS)) == (row.effect is not Effect.NONE)


@pytest.mark.parametrize(
    ("spec", "identity"),
    [
        (RunSpec(("/p/a.jpg",)), "1d3b983b2aedd385ece76530e54e62fb08a02621cddb2f50e328e87ab007b8e7"),
        (
            RunSpec(
                ("/p/a.jpg", "/q"), NetworkChoice("x"), crops=10, average=Average.LOGITS, precision=Precision.TURBO,
                device="cpu", threads=3, batch=4, recursive=False, follow_links=True, accept_truncated=True,
                max_megapixels=7, fresh=True,
            ),
            "810502ec7b0a7b43d0ab06ddf38c5a9d2e8595c151204a4d13d33e28ef09d695",
        ),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name != "posix", reason="whole paths are others there")
def test_the_identities_of_version_0_1_are_still_the_same(spec: RunSpec, identity: str) -> None:
    """Computed by the code of then, before options were a table: another hash would start every kept run anew."""
    assert run_identity(identity_facts(spec, WEIGHTS)) == identity


@pytest.mark.parametrize("row", [row for row in OPTIONS if row.recipe and row.bounds], ids=lambda row: row.field)
def test_bounds_and_defaults_are_the_same_everywhere(
    row: Option, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert row.recipe is not None
    section, name = row.recipe.section, row.field
    assert row.bounds is not None
    assert row.bounds.most is not None
    least, most = row.bounds
    assert getattr(Settings(), row.field) == getattr(Recipe(), row.field) == row.default
    marks = {"sure_from": 1.0, "check_from": 0.0}  # at their ends, so that they never cross
    for value, fits in ((least, True), (most, True), (least - 1, False), (most + 1, False)):
        lines = marks | {name: value} if section == "window" else {name: value}
        recipe = tmp_path / "r.toml"
        written_lines = [f"{key} = {said}" for key, said in lines.items()]
        recipe.write_text("\n".join(("recipe = 1", f"[{section}]", *written_lines)))
        (tmp_path / "settings.json").write_text(json.dumps(marks | {row.field: value}))
        assert getattr(load(tmp_path).settings, row.field) == (value if fits else row.default)
        if fits:
            assert getattr(read_recipe(recipe), row.field) == value
        else:
            with pytest.raises(RecipeError, match=row.must_be):
                read_recipe(recipe)
        if row.flag and fits:
            assert getattr(parse(["classify", "a", row.flag, str(value)]), row.field) == value
        elif row.flag:
            with pytest.raises(SystemExit):
                parse(["classify", "a", row.flag, str(value)])
            assert f"argument {row.flag}: '{value}' is not {row.must_be}" in capsys.readouterr().err


# ---------------------------------------------------------------- what a row can hold


def made(default: Any, **more: Any) -> Option:
    """A row of no table."""
    described: Option = option(default, help=Help(Group.READING, "x"), **more).metadata["option"]
    return described


@pytest.mark.parametrize(
    ("row", "text", "value"),
    [
        (made((0.0, 0.0, 0.0)), "0.485,0.456,0.406", (0.485, 0.456, 0.406)),
        (made(None, kind=float, count=3, bounds=Bounds(0, 1)), "0,0.5,1", (0.0, 0.5, 1.0)),
        (made(None, kind=int, count=2, bounds=Bounds(1)), "480,640", (480, 640)),
        (made(1.0, bounds=Bounds(0)), "255", 255.0),
        (made(Average.SOFTMAX), "logits", Average.LOGITS),
        (made(None, kind=Precision), "turbo", Precision.TURBO),
        (made(None), "a,b", "a,b"),
    ],
)
def test_a_value_of_any_kind_is_typed_kept_and_read_back(row: Option, text: str, value: Any) -> None:
    assert row.read(text) == value
    assert type(row.read(text)) is type(value)
    assert row.read(row.typed_words(value)[1]) == value
    kept = json.loads(json.dumps(written(value)))
    assert row.checked(kept) == value
    assert row.typed(kept if isinstance(kept, str) else value) == value
    assert row.typed(None) is None


@pytest.mark.parametrize(
    ("row", "value", "words"),
    [
        (made((0.0, 0.0, 0.0)), [0.1, 0.2], "3 numbers"),
        (made((0.0, 0.0, 0.0)), [0.1, 0.2, "x"], "3 numbers"),
        (made(None, kind=float, count=3, bounds=Bounds(0, 1)), [0, 0.5, 1.1], "3 numbers from 0 to 1"),
        (made(1.0), float("nan"), "a number"),
        (made(1.0), float("inf"), "a number"),
        (made(1.0), 10**400, "a number"),
        (made(1.0, bounds=Bounds(0)), True, "a number from 0 on"),
        (made(1, bounds=Bounds(1, 5000)), 1.0, "a whole number from 1 to 5,000"),
        (made(Average.SOFTMAX), "mean", "one of softmax, logits"),
        (made(1, choices=(1, 10)), True, "one of 1, 10"),
        (made(False), 1, "true or false"),
        (made(None), 1, "text"),
    ],
)
def test_what_a_value_cannot_be_is_refused_with_what_it_must_be(row: Option, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        row.checked(value)


@pytest.mark.parametrize("text", ["1,2", "1,2,x", "1,2,nan", "1,2,3,4", ""])
def test_what_is_typed_wrongly_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=f"^'{text}' is not 3 numbers$"):
        made((0.0, 0.0, 0.0)).read(text)


# ---------------------------------------------------------------- copies of the program with one row more


def copied(folder: Path) -> Path:
    """A copy of the program that can be changed."""
    shutil.copytree(ROOT / "resnet_gui", folder / "resnet_gui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", folder / "resources", copy_function=os.link)
    return folder


def replace(file: Path, old: str, new: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert content.count(old) == 1, (file, old)
    file.write_text(content.replace(old, new), encoding="utf-8")


def insert(file: Path, before: str, text: str) -> None:
    replace(file, before, text + before)


def ran(folder: Path, code: str, *arguments: str) -> str:
    """What a program says that imports the copy."""
    paths = os.pathsep.join((str(folder), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths, "RESNET_GUI_HOME": str(folder / "home"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


NEW_OPTIONS = """\
    brightness: tuple[float, float, float] = option(
        (0.0, 0.0, 0.0), bounds=Bounds(-1, 1), help=Help(Group.PICTURES, "added", "R,G,B"), recipe=Line("pictures", ""),
        effect=Effect.ANSWERS,
    )
    smallest: int = option(
        1, bounds=Bounds(1, 4096), help=Help(Group.PICTURES, "smallest ({default})", "N"), recipe=Line("pictures", ""),
        preference=Preference("Smallest picture", "Smaller ones are left out"), effect=Effect.PICTURES,
    )
"""
ASK_OF_OPTIONS = """
from pathlib import Path
from resnet_gui.cli.arguments import make_parsers, parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.cli.recipe import option_values
from resnet_gui.gui.core.settings import Settings, load, save
from resnet_gui.gui.preferences import flow as preferences
from resnet_gui.runs.command_line import TableWanted, command_words
from resnet_gui.runs.facts import identity_facts, report_facts, run_identity
from resnet_gui.option import values_for
from resnet_gui.runs.recipe import Recipe
from resnet_gui.runs.recipe_file import read_recipe, write_recipe
from resnet_gui.runs.spec import RunSpec
from tests.unit.test_tables_of_data import WEIGHTS

text = make_parsers()[1]["classify"].format_help()
assert "--brightness R,G,B" in text and "smallest (1)" in text
spec = make_spec(parse(["classify", "/p/a.jpg", "--brightness", "0,0.5,-1", "--smallest", "64"]))
assert (spec.brightness, spec.smallest) == ((0.0, 0.5, -1.0), 64)
words = command_words(spec, TableWanted(csv="t.csv"))
assert make_spec(parse(list(words[1:]))) == spec
settings = Settings(**values_for(Settings, spec))
save(settings, Path("config"))
assert load(Path("config")).settings == settings
recipe = Recipe(**values_for(Recipe, settings))
write_recipe(recipe, Path("r.toml"))
assert read_recipe(Path("r.toml")) == recipe
assert option_values(recipe)["brightness"] == (0.0, 0.5, -1.0)
assert RunSpec(("/p/a.jpg",), **values_for(RunSpec, recipe)) == spec
assert [row.preference.title for row in preferences._PREFERENCES].count("Smallest picture") == 1
assert "smallest" in preferences._RUNS_DEPEND_ON
assert identity_facts(spec, WEIGHTS)["brightness"] == [0.0, 0.5, -1.0]
assert report_facts(spec, WEIGHTS)["smallest"] == 64
print(run_identity(identity_facts(RunSpec(("/p/a.jpg",)), WEIGHTS)))
"""


def test_a_new_option_is_a_row_of_one_file(tmp_path: Path) -> None:
    """Beside it stands the code that obeys it, which is no matter of tables."""
    program = copied(tmp_path)
    insert(program / "resnet_gui/runs/options.py", "    recursive: bool = option(", NEW_OPTIONS)
    identity = ran(program, ASK_OF_OPTIONS).strip()
    assert identity == run_identity(identity_facts(RunSpec(("/p/a.jpg",)), WEIGHTS)), "the runs of before go on"


ASK_OF_COLUMNS = """
import sys
from pathlib import Path
from dataclasses import fields
from resnet_gui.engine.record import Record
from resnet_gui.images.find import FoundFile
from resnet_gui.images.status import Status
from resnet_gui.results.columns import LATER, Row, shown_beside
from resnet_gui.results.export import export_table
from resnet_gui.results.formats import TableOptions
from resnet_gui.results.query import RunReader
from resnet_gui.results.store import open_store
from tests.unit.results.making import HEADER

path = Path(sys.argv[1])
store = open_store(path, HEADER)
store.begin_scan()
store.add_files([FoundFile(f"/pictures/{name}.jpg", f"{name}.jpg", 10, 5) for name in "ab"])
store.end_scan()
(job,) = store.pending(0, 10)
store.put(Record(job, Status.OK, taken="2024-05-01"))
store.finish("done", "2026-11-21T10:00:00+00:00")
store.close()
with RunReader(path) as reader:
    a, b = reader.iterate_sorted()
assert [a.taken, b.taken] == ["", "2024-05-01"]
assert a.prediction.top[0].probability == 0.75, "what was there is left as it was"
assert shown_beside(b) == (("Taken", "2024-05-01"),)
assert [one.name for one in fields(Row)][9:] == [one.name for one in LATER] == ["taken"]
export_table(path, Path("t.csv"), "csv", TableOptions(top=1))
export_table(path, Path("t.xlsx"), "xlsx", TableOptions(top=1))
print(Path("t.csv").read_text())
"""


def test_a_new_column_that_is_stored_and_shown_is_a_row_and_its_value(tmp_path: Path) -> None:
    """Files: what makes the value, the record that carries it, and the row.  An older database gets the column."""
    store = done_store(tmp_path, [("a.jpg", [(0, 0.75)])])
    program = copied(tmp_path)
    insert(program / "resnet_gui/engine/record.py", "\n\nclass Phase(StrEnum)", "    taken: str = ''\n")
    columns = program / "resnet_gui/results/columns.py"
    insert(columns, "\n\nclass CellType(Enum)", "    taken: str = ''\n")
    insert(
        columns, '    Column("width", ',
        '    Column("taken", CellType.TEXT, of=lambda row: row.taken, record=lambda record: record.taken, since=2,\n'
        '           sql="TEXT NOT NULL DEFAULT \'\'", empty="\'\'", title="Taken", text=lambda row: row.taken),\n',
    )  # fmt: skip
    head, first, second = ran(program, ASK_OF_COLUMNS, str(store)).splitlines()[:3]
    assert head == "path,status,label1,p1,id1,index1,agree,margin,taken,width,height,ms,message"
    assert first.startswith("a.jpg,ok,tench,0.750000")
    assert ",2024-05-01," in second


def test_rows_of_a_run_have_a_field_for_each_later_column() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert list(Row.__dataclass_fields__)[9:] == [column.name for column in LATER]


NEW_TABLE_OPTION = r"""    separator: str = option(
        ",", choices=(",", ";"), texts=("Comma", "Semicolon"), help=Help(Group.TABLE, "between cells ({default})"),
        recipe=Line("table", ""), preference=Preference("Separator", "Between the cells of CSV"),
    )
"""
ASK_OF_TABLE_OPTIONS = r"""
import sys
from pathlib import Path
from resnet_gui.cli.arguments import parse
from resnet_gui.cli.tables import tables_asked, write_tables
from resnet_gui.gui.core.settings import Settings
from resnet_gui.engine.queues import Control
from resnet_gui.folders import folders
from resnet_gui.operations.export import ExportTable
from resnet_gui.operations.operation import Services, nothing_told
from resnet_gui.option import values_for
from resnet_gui.results.formats import TableOptions
from resnet_gui.runs.command_line import TableWanted, command_words
from resnet_gui.runs.spec import RunSpec

options = parse(["classify", "a", "--csv", "t.csv", "--separator", ";"])
options.command_line = "resnet-gui"
write_tables(tables_asked(options), sys.argv[1], options)
words = command_words(RunSpec(("a",)), TableWanted(csv="t.csv", **values_for(TableWanted, Settings(separator=";"))))
assert words[-4:] == ("--separator", ";", "--csv", "t.csv")
asked = ExportTable(sys.argv[1], "w.csv", "csv", TableOptions(**values_for(TableOptions, Settings(separator=";"))))
asked.run(Services(folders()), nothing_told, Control())  # as the window asks for it
assert Path("w.csv").read_bytes() == Path("t.csv").read_bytes()
print(Path("t.csv").read_text())
"""


def test_a_new_option_of_tables_is_a_row_and_the_writer_that_obeys_it(tmp_path: Path) -> None:
    store = done_store(tmp_path, [("a.jpg", [(0, 0.75)])])
    program = copied(tmp_path)
    formats, writer = program / "resnet_gui/results/formats.py", program / "resnet_gui/results/text_tables.py"
    insert(formats, "    absolute: bool = option(", NEW_TABLE_OPTION)
    replace(formats, "excel=order.options.excel", "excel=order.options.excel, separator=order.options.separator")
    replace(writer, "excel: bool = False)", 'excel: bool = False, separator: str = ",")')
    replace(writer, "csv.writer(text, ", "csv.writer(text, delimiter=separator, ")
    head, first = ran(program, ASK_OF_TABLE_OPTIONS, str(store)).splitlines()[:2]
    assert head.startswith("path;status;label1;")
    assert first.startswith("a.jpg;ok;tench;0.750000;")


NEW_FORMAT = """\
def _tsv(stream: BinaryIO, columns: "Sequence[Column]", rows: "Iterable[Row]", order: Order) -> None:
    from resnet_gui.results.tab_tables import write_tsv

    write_tsv(stream, columns, rows)


"""
TAB_TABLES = r'''"""Tables with tabs."""


def write_tsv(stream, columns, rows):
    for row in rows:
        stream.write("\t".join(str(column.of(row)) for column in columns).encode() + b"\n")
'''
ASK_OF_FORMATS = r"""
import sys
from pathlib import Path
from resnet_gui.cli.arguments import make_parsers, parse
from resnet_gui.cli.tables import tables_asked, write_tables
from resnet_gui.gui.run import export

for command in (["classify", "a"], ["runs", "export", "x"]):
    options = parse([*command, "--tsv", "t.tsv"])
    options.command_line = "resnet-gui"
    write_tables(tables_asked(options), sys.argv[1], options)
    print(Path("t.tsv").read_text().split("\t")[:2], Path("t.tsv.run.json").exists())
assert "write a table with tabs" in make_parsers()[1]["classify"].format_help()
assert export.KINDS[2] == "Table with tabs (*.tsv)"
"""


def test_a_new_format_is_a_row_and_the_module_that_writes_it(tmp_path: Path) -> None:
    store = done_store(tmp_path, [("a.jpg", [(0, 0.75)])])
    program = copied(tmp_path)
    formats = program / "resnet_gui/results/formats.py"
    insert(formats, "FORMATS: tuple[", NEW_FORMAT)
    row = '    Format("tsv", ".tsv", "Table with tabs", "write a table with tabs", _tsv),\n'
    insert(formats, '    Format("xlsx"', row)
    (program / "resnet_gui/results/tab_tables.py").write_text(TAB_TABLES, encoding="utf-8")
    assert ran(program, ASK_OF_FORMATS, str(store)) == "['a.jpg', 'ok'] True\n" * 2
