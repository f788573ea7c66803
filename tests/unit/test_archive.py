"""The file of a workbook: what the standard library reads of it is what was packed."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from flows.emit.xlsx.archive import packed, shared, write_archive
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.workbook import new_workbook
from tests.golden import samples
from tests.unit.test_statement import written

PARTS = {"[Content_Types].xml": b"<Types/>", "xl/empty.xml": b"", "xl/long.xml": "Träger €".encode() * 100_000}


def test_parts_are_read_as_they_were_packed(tmp_path: Path) -> None:
    path = tmp_path / "some.xlsx"
    write_archive(path, [(name, packed(part)) for name, part in PARTS.items()])
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == PARTS


def test_the_bytes_are_those_that_the_standard_library_writes_on_unix(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.zip", tmp_path / "theirs.zip"
    write_archive(ours, [(name, shared(part)) for name, part in PARTS.items()])
    with zipfile.ZipFile(theirs, "w") as archive:
        for name, part in PARTS.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    assert ours.read_bytes() == theirs.read_bytes()


def test_a_style_has_the_same_number_in_all_workbooks(tmp_path: Path) -> None:
    parts = []
    for name, statement in (("one", samples.invoice()), ("other", samples.premium_statement())):
        (tmp_path / name).mkdir()
        with zipfile.ZipFile(written(statement, tmp_path / name)) as archive:
            parts.append(archive.read("xl/styles.xml"))
    assert parts[0] == parts[1]


def test_merged_cells_never_overlap(tmp_path: Path) -> None:
    page = Page(left="", right="")
    with (
        pytest.raises(AssertionError),
        new_workbook(tmp_path / "some.xlsx", page, title="", subject="", author="", created=date(2016, 3, 1)) as book,
    ):
        sheet = book.sheet("Blatt", (10, 10, 10))
        sheet.across(0, range(2), "hier", "plain")
        sheet.across(0, range(1, 3), "und hier", "plain")
    assert not (tmp_path / "some.xlsx").exists()
