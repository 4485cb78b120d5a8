import csv
import io
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from resnet_gui.engine.record import KEPT_CLASSES, Prediction, Score
from resnet_gui.errors import ExportError, StoreError, UsageError
from resnet_gui.images.status import Status
from resnet_gui.results import durable, xlsx_tables
from resnet_gui.results.columns import Column, columns, path_cell
from resnet_gui.results.export import export_table, export_to_stream
from resnet_gui.results.formats import TableOptions
from resnet_gui.results.path_text import path_text
from resnet_gui.results.query import Row
from resnet_gui.results.text_tables import guarded, write_csv, write_jsonl
from resnet_gui.results.xlsx_tables import write_xlsx

from .making import CLASSES, bad, new_store, ok, prediction, scanned

NAMES = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=12), st.sampled_from([b"\\xe9", b"\xe9", b"\\x5c", b"=", b"\r\n", b'"', b","])
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: b"".join(parts).replace(b"\0", b"0"))
"""File names as POSIX allows them: any bytes but NUL (and "/", which separates them)."""
FOUR_CLASSES = tuple((index, f"n{index}", name) for index, name in enumerate(("tench", 'Müller, "鳥"', "a\tb", "=1+1")))


def row(shown: str = "a.jpg", answer: Prediction | None = None, **more: object) -> Row:
    values: dict[str, object] = {
        "id": 1,
        "path": f"/pictures/{shown}",
        "shown": shown,
        "status": Status.OK,
        "message": "",
        "width": 640,
        "height": 480,
        "ms": 12.345,
        "prediction": answer,
    }
    return Row(**(values | more))  # type: ignore[arg-type]


def csv_bytes(rows: Sequence[Row], shape: Sequence[Column], *, excel: bool = False) -> bytes:
    stream = io.BytesIO()
    write_csv(stream, shape, rows, excel=excel)
    assert not stream.closed
    return stream.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def undo_path_text(text: str) -> bytes:
    """What documentation of the column promises: every \\xNN is a byte, all else is UTF-8."""
    parts = re.split(r"\\x([0-9a-f]{2})", text)
    return b"".join(bytes.fromhex(part) if i % 2 else part.encode() for i, part in enumerate(parts))


# ---------------------------------------------------------------- the list of columns


def test_the_columns_and_their_order_are_those_of_the_design() -> None:
    assert ",".join(column.name for column in columns(CLASSES, top=2)) == (
        "path,status,label1,p1,label2,p2,id1,id2,index1,index2,agree,margin,width,height,ms,message"
    )


@pytest.mark.parametrize("top", [0, -1, KEPT_CLASSES + 1])
def test_more_classes_than_are_kept_cannot_be_had(top: int) -> None:
    with pytest.raises(UsageError, match="1 to 50 classes"):
        columns(CLASSES, top=top)


def test_a_row_as_csv() -> None:
    answer = prediction((2, 0.9), (0, 0.0625), votes=[2] * 9 + [0])
    content = csv_bytes([row("x/b.jpg", answer)], columns(CLASSES, top=3))
    assert content == (
        b"path,status,label1,p1,label2,p2,label3,p3,id1,id2,id3,index1,index2,index3,agree,margin,width,height,ms,message\r\n"
        b"x/b.jpg,ok,crane (bird),0.900000,tench,0.062500,,,,n01440764,,2,0,,9/10,0.837500,640,480,12.3,\r\n"
    )


def test_a_picture_without_answer_as_csv() -> None:
    failed = row(status=Status.EMPTY, message="the file has no bytes", width=None, height=None, ms=0.0)
    line = csv_bytes([failed], columns(CLASSES, top=1)).splitlines()[1]
    assert line == b"a.jpg,empty,,,,,,,,,0.0,the file has no bytes"


def test_one_crop_has_no_agreement_and_a_network_of_one_class_has_a_margin() -> None:
    only = Prediction((Score(0, 1.0),), ((Score(0, 1.0),),))
    _, values = read_csv(csv_bytes([row(answer=only)], columns(CLASSES, top=1)))
    assert values[6:8] == ["", "1.000000"]


def test_a_row_as_json_has_numbers_and_nulls() -> None:
    stream = io.BytesIO()
    answer = prediction((2, 0.9), (0, 1e-7), votes=[2] * 9 + [0])
    write_jsonl(stream, columns(CLASSES, top=2), [row("é\n.jpg", answer), row(status=Status.CORRUPT, message="…")])
    first, second = stream.getvalue().decode("utf-8").splitlines()
    values = json.loads(first)
    assert list(values) == [column.name for column in columns(CLASSES, top=2)]
    assert values == {
        "path": "é\n.jpg",
        "status": "ok",
        "label1": "crane (bird)",
        "p1": 0.9,
        "label2": "tench",
        "p2": 0.0,
        "id1": "",
        "id2": "n01440764",
        "index1": 2,
        "index2": 0,
        "agree": "9/10",
        "margin": 0.9,
        "width": 640,
        "height": 480,
        "ms": 12.3,
        "message": "",
    }
    assert json.loads(second)["p1"] is None


# ---------------------------------------------------------------- paths


@pytest.mark.skipif(sys.platform == "win32", reason="names as bytes are POSIX")
@given(NAMES)
@example(b"caf\xe9.jpg")
@example(b"caf\\xe9.jpg")
@example(b"\\x5cxe9")
def test_every_name_can_be_written_read_back_and_told_from_every_other(name: bytes) -> None:
    text = path_text(os.fsdecode(name))
    assert undo_path_text(text) == name
    (_, (cell, *_)) = read_csv(csv_bytes([row(text)], columns(CLASSES, top=1)))
    assert cell == path_cell(text)
    assert undo_path_text(cell.removeprefix("./") if text[0] in "=+-@" else cell) == name


def test_an_invalid_byte_is_written_as_hex() -> None:
    assert path_text(os.fsdecode(b"caf\xe9/\xf0\x9f\x90\x98.jpg")) == "caf\\xe9/🐘.jpg"
    assert path_text("half a pair \ud83d") == "half a pair \\xed\\xa0\\xbd"


@pytest.mark.parametrize("first", "=+-@")
def test_a_leading_sign_of_a_formula_is_written_behind_a_dot_and_a_slash(first: str) -> None:
    assert path_cell(f"{first}a.jpg") == f"./{first}a.jpg"
    assert path_cell(f"x/{first}a.jpg") == f"x/{first}a.jpg"


def test_absolute_paths_are_the_whole_path() -> None:
    shape = columns(CLASSES, top=1, absolute=True)
    assert shape[0].of(row("x/caf\\xe9", path="/pictures/x/caf\udce9")) == "/pictures/x/caf\\xe9"


# ---------------------------------------------------------------- spreadsheets


@given(st.text(st.characters(codec="utf-8"), max_size=8))
@example("=1")
@example("\t=1")
@example("＝1")
@example(" @SUM(A1)")
def test_no_guarded_cell_begins_a_formula(text: str) -> None:
    guard = guarded(text)
    assert guard.removeprefix("'") == text.removeprefix("'")
    assert not guard.lstrip().startswith(tuple("=+-@＝＋－＠"))
    assert not guard.startswith(tuple("\t\r\n"))


def test_excel_gets_its_mark_and_guarded_text_but_untouched_numbers() -> None:
    answer = prediction((3, 0.75), (0, 0.25), votes=[3] * 10)
    dangerous = row("\t=cmd|' /C calc'!A0", answer, message="@SUM(1)")
    content = csv_bytes([dangerous], columns(CLASSES, top=2), excel=True)
    assert content.startswith(b"\xef\xbb\xbfpath,")
    values = dict(zip(*read_csv(content.removeprefix(b"\xef\xbb\xbf")), strict=True))
    assert values["path"] == "'\t=cmd|' /C calc'!A0"
    assert values["label1"] == "'=SUM(A1)"
    assert values["message"] == "'@SUM(1)"
    assert values["agree"] == "'10/10"
    assert (values["p1"], values["margin"], values["width"]) == ("0.750000", "0.500000", "640")


def test_without_excel_nothing_is_added() -> None:
    content = csv_bytes([row(answer=prediction((3, 0.5), votes=[3, 3]))], columns(CLASSES, top=1))
    assert content.startswith(b"path,")
    assert b",=SUM(A1)," in content
    assert b",2/2," in content


def sheet_of(rows: Sequence[Row], shape: Sequence[Column], scratch: Path) -> list[tuple[object, ...]]:
    stream = io.BytesIO()
    write_xlsx(stream, shape, rows, scratch=scratch)
    book = load_workbook(stream, read_only=True)
    try:
        assert book.sheetnames == ["results"]
        return list(book["results"].iter_rows(values_only=True))
    finally:
        book.close()


def test_a_sheet_has_numbers_and_text_and_no_formula(tmp_path: Path) -> None:
    answer = prediction((3, 0.75), (2, 0.125), votes=[3] * 9 + [0])
    shape = columns(CLASSES, top=2)
    head, values, failed = sheet_of([row("=1+1.jpg", answer), row(status=Status.CORRUPT)], shape, tmp_path)
    assert head == tuple(column.name for column in shape)
    assert values[:6] == ("./=1+1.jpg", "ok", "=SUM(A1)", 0.75, "crane (bird)", 0.125)
    assert values[6:] == ("n1", None, 3, 2, "9/10", 0.625, 640, 480, 12.3, None)
    assert failed[1:4] == ("corrupt", None, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), min_size=1, max_size=5))
@example(["_x0041_.jpg", "\ufffe", "\x01", "a\rb", " a "])
def test_any_text_makes_a_sheet_that_can_be_read(tmp_path: Path, texts: list[str]) -> None:
    rows = [row(text) for text in texts]
    _, *values = sheet_of(rows, columns(CLASSES, top=1), tmp_path)
    for text, (cell, *_) in zip(texts, values, strict=True):
        # ECMA-376, ST_Xstring: _xHHHH_ stands for a character; Excel undoes it, openpyxl leaves it to the reader.
        undone = re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), str(cell))
        assert undone == path_cell(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def test_a_sheet_that_would_be_too_long_is_refused_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    xlsx_tables.check_fits(1_048_575)
    with pytest.raises(ExportError, match=r"holds 1,048,575 rows .* this run has 1,048,576. Write CSV instead"):
        xlsx_tables.check_fits(1_048_576)
    monkeypatch.setattr(xlsx_tables, "MOST_ROWS", 2)
    with pytest.raises(ExportError, match="Write CSV instead"):
        export_table(finished(tmp_path), tmp_path / "t.xlsx", "xlsx")
    assert left_in(tmp_path) == set()


# ---------------------------------------------------------------- whole tables


def finished(folder: Path) -> Path:
    """A run of four pictures, one of them damaged, one not done."""
    store = new_store(folder)
    jobs = scanned(store, "b.jpg", "Z.jpg", "é/a.jpg", "bad.jpg", "later.jpg")
    store.put(ok(jobs["b.jpg"], (0, 0.5), (1, 0.25)))
    store.put(ok(jobs["Z.jpg"], (1, 0.75)))
    store.put(ok(jobs["é/a.jpg"]))
    store.put(bad(jobs["bad.jpg"]))
    store.finish("cancelled", "2026-11-21T10:00:00+00:00")
    store.close()
    return store.path


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("run.sqlite")}


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_a_table_is_written_with_its_run_file_and_nothing_else(tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"table.{kind}"
    number = export_table(finished(tmp_path), target, kind, TableOptions(top=3), command_line="resnet-gui classify …")
    assert number == 4
    assert left_in(tmp_path) == {f"table.{kind}", f"table.{kind}.run.json"}
    report = json.loads((tmp_path / f"table.{kind}.run.json").read_text(encoding="utf-8"))
    assert report["table"]["rows"] == 4
    assert report["statuses"] == {"ok": 3, "corrupt": 1}
    assert report["command_line"] == "resnet-gui classify …"
    assert report["run"]["complete"] is False
    assert report["run"]["ended"] == "2026-11-21T10:00:00+00:00"
    assert report["network_name"] == "resnet50"
    assert report["paths"] == ["/pictures/caf\\xe9"]


def test_rows_are_sorted_by_the_code_points_of_their_path(tmp_path: Path) -> None:
    export_table(finished(tmp_path), tmp_path / "t.csv", "csv")
    _, *rows = read_csv((tmp_path / "t.csv").read_bytes())
    paths = [values[0] for values in rows]
    assert paths == ["Z.jpg", "b.jpg", "bad.jpg", "é/a.jpg"] == sorted(paths)


def test_the_same_table_on_a_stream(tmp_path: Path) -> None:
    store = finished(tmp_path)
    for kind in ("csv", "jsonl"):
        stream = io.BytesIO()
        assert export_to_stream(store, stream, kind, TableOptions(top=2)) == 4
        export_table(store, tmp_path / "t", kind, TableOptions(top=2))
        assert stream.getvalue() == (tmp_path / "t").read_bytes()
    with pytest.raises(UsageError, match="name a file"):
        export_to_stream(store, io.BytesIO(), "xlsx")


def test_an_existing_table_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    store, target = finished(tmp_path), tmp_path / "t.csv"
    target.write_text("old")
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    for kind in ("csv", "xlsx"):
        asked = 0
        with pytest.raises(ExportError, match="cancelled"):
            export_table(store, target, kind, cancelled=cancelled)
        assert target.read_text() == "old"
        assert left_in(tmp_path) == {"t.csv"}
    export_table(store, target, "csv")
    assert target.read_bytes().startswith(b"path,")


def test_a_file_open_in_a_spreadsheet_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "sharing violation")

    store = finished(tmp_path)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ExportError, match=r"t\.csv cannot be written: it is open in another program"):
        export_table(store, tmp_path / "t.csv", "csv")
    assert left_in(tmp_path) == set()


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="The disk is full"), durable.written_aside(tmp_path / "t.csv"):
        raise OSError(28, "No space left on device")
    assert left_in(tmp_path) == set()


def test_where_no_table_can_be_there_is_a_sentence(tmp_path: Path) -> None:
    store = finished(tmp_path)
    with pytest.raises(ExportError, match="there is no folder"):
        export_table(store, tmp_path / "nowhere" / "t.csv", "csv")
    with pytest.raises(ExportError, match="is a folder"):
        export_table(store, tmp_path, "csv")
    with pytest.raises(UsageError, match="csv, jsonl, xlsx, not as ods"):
        export_table(store, tmp_path / "t.ods", "ods")
    with pytest.raises(StoreError, match="There is no run"):
        export_table(tmp_path / "none.sqlite", tmp_path / "t.csv", "csv")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no /dev/null")
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    special = tmp_path / "null.csv"
    special.symlink_to("/dev/null")
    assert export_table(finished(tmp_path), special, "csv") == 4
    assert special.is_symlink()
    assert left_in(tmp_path) == {"null.csv"}
    with pytest.raises(UsageError, match="name a file"):
        export_table(tmp_path / "run.sqlite", special, "xlsx")


@given(st.lists(st.sampled_from(FOUR_CLASSES), min_size=1, max_size=4, unique=True))
def test_any_label_survives_csv(picked: list[tuple[int, str, str]]) -> None:
    answer = Prediction(tuple(Score(index, 0.25) for index, _, _ in picked), ())
    head, values = read_csv(csv_bytes([row(answer=answer)], columns(FOUR_CLASSES, top=4)))
    for rank, (index, wnid, name) in enumerate(picked, start=1):
        cells = dict(zip(head, values, strict=True))
        assert (cells[f"label{rank}"], cells[f"id{rank}"], cells[f"index{rank}"]) == (name, wnid, str(index))


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_link_stays_and_what_it_names_is_replaced(tmp_path: Path) -> None:
    store = finished(tmp_path)
    (tmp_path / "link.csv").symlink_to("real.csv")
    (tmp_path / "real.csv").write_text("old")
    export_table(store, tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("path,")


def test_a_name_that_is_too_long_is_told_as_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"cannot be written: .*Choose another name"):
        export_table(finished(tmp_path), tmp_path / ("n" * 300), "csv")
