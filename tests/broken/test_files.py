"""Files that cannot be taken at all (F01 to F03), and files that are no returns."""

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from flows.emit.month_folder import documents_in
from flows.ingest.deposit import set_aside
from flows.ingest.read import check_unlinked, not_read, received_contents, received_files
from schemas.passed_over import Why
from schemas.refusal import Refusal
from tests.broken.containers import Book, grids
from tests.broken.containers_ods import ods
from tests.broken.containers_xls import compound, xls
from tests.broken.containers_xlsb import xlsb
from tests.broken.forms import Form, Found, faultless, found, messages, missing_words, taken_in, zipped
from tests.broken.programmes import COMPLETE, loaded

SHEET = "xl/worksheets/sheet2.xml"  # Leistungen


def with_cell(row: str, cell: str) -> Form:
    """One more row with one cell on the sheet Leistungen."""
    return faultless().xml(SHEET, "</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')


def with_document_type(part: str) -> Form:
    return faultless().part(part, lambda xml: xml.replace(b"?>", b"?><!DOCTYPE a [<!ENTITY b 'c'>]>", 1))


def with_part_twice() -> Form:
    saved = io.BytesIO(faultless().content)
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(SHEET.upper(), b"<worksheet/>")
    return Form("meldung.xlsx", saved.getvalue())


def with_damaged_bytes() -> Form:
    """A byte turned over in the middle of what is packed of the sheet."""
    content = bytearray(faultless().content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo(SHEET)
    names = sum(struct.unpack_from("<HH", content, part.header_offset + 26))  # lengths of name and extra field
    content[part.header_offset + 30 + names + part.compress_size // 2] ^= 0xFF
    return Form("meldung.xlsx", bytes(content))


def in_utf16() -> Form:
    return faultless().part(SHEET, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16"))


def far_row() -> Form:
    """A row number that no spreadsheet has; a reader that trusts it asks for more memory than there is."""
    return with_cell("4000000000", '<c r="A4000000000"><v>1</v></c>')


def claimed_texts() -> Form:
    return faultless().xml("xl/sharedStrings.xml", r'uniqueCount="\d+"', 'uniqueCount="4294967295"')


def old_book() -> Book:
    return grids(faultless())


UNREADABLE = {
    "leere Datei": lambda: Form("meldung.xlsx", b""),
    "Text": lambda: Form("meldung.xlsx", b"Fallnummer;Geburtsjahr\nA-100;1990\n"),
    "PDF": lambda: Form("meldung.xlsx", b"%PDF-1.7\n" + bytes(500)),
    "HTML als .xls": lambda: Form("meldung.xls", b"<html><table><tr><td>Fallnummer</td></tr></table></html>"),
    "abgebrochene Datei": lambda: faultless()._replace(content=faultless().content[:-300]),
    "verfälschte Datei": with_damaged_bytes,
    "ZIP ohne Arbeitsmappe": lambda: Form("meldung.xlsx", zipped({"word/document.xml": b"<document/>"})),
    "Blatt nicht wohlgeformt": lambda: faultless().xml(SHEET, "</sheetData>", "<f></sheetData>"),
    "Blatt bricht ab": lambda: faultless().part(SHEET, lambda xml: xml[:-40]),
    "Formate nicht wohlgeformt": lambda: faultless().part("xl/styles.xml", lambda xml: xml[:-20]),
    "Beziehungen nicht wohlgeformt": lambda: faultless().part("xl/_rels/workbook.xml.rels", lambda xml: xml[:-5]),
    "Blatt ohne Teil": lambda: faultless().xml("xl/workbook.xml", 'r:id="rId2"', 'r:id="rId99"'),
    "Zeilennummer keine Zahl": lambda: with_cell("x", '<c r="A9"><f>1</f></c>'),
    "unbekannte Zeichenkodierung": lambda: with_cell("99", "<c><f>1</f></c>").xml(SHEET, "UTF-8", "klingonisch"),
    "Zelle außerhalb jedes Blatts": far_row,
    "Spalte außerhalb jedes Blatts": lambda: with_cell("9", '<c r="ZZZZZ9"><v>1</v></c>'),
    "mehr Texte als möglich": claimed_texts,
    "Teil steht zweimal": with_part_twice,
    "OLE-Kopf allein": lambda: Form("meldung.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
    "OLE ohne Arbeitsmappe": lambda: Form("meldung.xls", compound({"WordDocument": b"x"})),
    "OLE mit Sektorkette im Kreis": lambda: Form(
        "meldung.xls", xls(old_book()).replace(struct.pack("<II", 3, 4), struct.pack("<II", 3, 2), 1)
    ),
    ".xls abgebrochen": lambda: Form("meldung.xls", xls(old_book())[:3000]),
    ".xls mit mehr Zeilen als möglich": lambda: Form("meldung.xls", xls(old_book(), rows=4_000_000_000)),
    ".xls, an dem der Leser scheitert": lambda: Form("m.xls", xls(old_book(), globals_=struct.pack("<HH", 0x42, 0))),
    ".xlsb abgebrochen": lambda: Form("m.xlsb", xlsb(old_book())).part(
        "xl/worksheets/sheet2.bin", lambda data: data[:99]
    ),
    ".xlsb mit mehr Texten als möglich": lambda: Form("m.xlsb", xlsb(old_book(), texts=4_000_000_000)),
    ".xlsb ohne Blätter": lambda: Form("m.xlsb", xlsb(old_book())).part("xl/worksheets/sheet2.bin", lambda data: b""),
    ".ods mit mehr Spalten als möglich": lambda: Form("m.ods", ods(old_book(), columns="4000000000")),
    ".ods nicht wohlgeformt": lambda: Form("m.ods", ods(old_book())).part("content.xml", lambda xml: xml[:-9]),
}


@pytest.mark.parametrize("content", [b"%PDF-1.7 Meldung", b"Fallnummer;Geburtsjahr\nDN-001;1990\n", b""])
def test_what_is_no_workbook_at_all_is_said_to_be_in_another_format(content: bytes) -> None:
    intake = taken_in(Form("meldung.xlsx", content))
    assert "in einem anderen Format" in messages(intake, "F01")


@pytest.mark.parametrize("what", UNREADABLE)
def test_unreadable_file_is_f01(what: str) -> None:
    intake = taken_in(UNREADABLE[what]())
    assert found(intake) == [Found("F01", "error", "", "", "")]
    assert not missing_words(messages(intake, "F01"), ["nicht als Excel-Arbeitsmappe lesen", ".xlsx", "neu speichern"])
    assert len(intake.held_back) == 1


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"])
def test_document_type_in_any_part_is_f01(part: str) -> None:
    intake = taken_in(with_document_type(part))
    assert found(intake) == [Found("F01", "error", "", "", "")]
    assert "Dokumenttyp-Angabe" in messages(intake, "F01")


def test_a_part_in_utf_16_is_f01_and_not_an_empty_sheet() -> None:
    intake = taken_in(in_utf16())
    assert found(intake) == [Found("F01", "error", "", "", "")]
    assert "Zeichenkodierung" in messages(intake, "F01")


def test_parts_that_are_no_xml_do_not_matter() -> None:
    parts = {
        "xl/media/film.mp4": b"\0\0\0\x18ftypmp42 <!DOCTYPE",
        "xl/media/bild.png": b"\x89PNG\r\n<!DOCTYPE",
        "leer": b"",
    }
    sent = faultless()
    for name, data in parts.items():
        sent = sent.part(name, data)
    assert found(taken_in(sent)) == []


def encrypted_member() -> Form:
    content = bytearray(faultless().content)
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = bytes(content).index(mark, start if mark == b"PK\x01\x02" else 0)
        content[at + offset] |= 1
    return Form("meldung.xlsx", bytes(content))


ENCRYPTED = {
    "Office mit Kennwort": lambda: Form("meldung.xlsx", compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})),
    ".xls mit Kennwort": lambda: Form("meldung.xls", xls(old_book(), globals_=struct.pack("<HHHI", 0x2F, 6, 1, 0))),
    ".ods mit Kennwort": lambda: Form("meldung.ods", ods(old_book(), encrypted=True)),
    "ZIP mit Kennwort": encrypted_member,
}


@pytest.mark.parametrize("what", ENCRYPTED)
def test_encrypted_file_is_f02(what: str) -> None:
    intake = taken_in(ENCRYPTED[what]())
    assert found(intake) == [Found("F02", "error", "", "", "")]
    assert not missing_words(messages(intake, "F02"), ["Kennwort verschlüsselt", "ohne Kennwort speichern"])


LARGE = {
    "Datei": (lambda: faultless().part("xl/media/a.bin", _noise(2**20)), "file_mib = 1", ("1,1 MiB", "erlaubt sind 1 MiB")),
    "ausgepackt": (
        lambda: faultless().part("xl/media/a.bin", bytes(3 * 2**20)), "unpacked_mib = 3", ("ausgepackt 4 MiB", "3 MiB")
    ),
    "Zeilen": (faultless, "rows_per_sheet = 4", ("16 Zeilen auf „Deckblatt“", "erlaubt sind 4 Zeilen")),
    "benutzter Bereich": (
        lambda: with_cell("1048576", '<c r="XFD1048576"><v>1</v></c>'), "", ("bis XFD1048576", "16 Millionen Zellen")
    ),
}  # fmt: skip


def _noise(size: int) -> bytes:
    """Bytes that do not compress."""
    number, noise = 1, bytearray()
    while len(noise) < size:
        number = number * 6364136223846793005 % 2**64 or 1
        noise += number.to_bytes(8, "big")
    return bytes(noise[:size])


@pytest.mark.parametrize("what", LARGE)
def test_too_large_is_f03(what: str) -> None:
    damaged, limit, words = LARGE[what]
    intake = taken_in(damaged(), programme=loaded(f"{COMPLETE}\n[limits]\n{limit}\n"))
    assert found(intake) == [Found("F03", "error", "", "", "")]
    assert not missing_words(messages(intake, "F03"), ["zu groß", *words]), messages(intake, "F03")


def test_only_rows_with_a_value_count() -> None:
    """A stray text in the last row of the cover is one more row, not a million."""
    stray = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>Ende</t></is></c></row></sheetData>'
    sent = faultless().xml("xl/worksheets/sheet1.xml", "</sheetData>", stray)
    assert found(taken_in(sent, programme=loaded(f"{COMPLETE}\n[limits]\nrows_per_sheet = 17\n"))) == []
    intake = taken_in(sent, programme=loaded(f"{COMPLETE}\n[limits]\nrows_per_sheet = 16\n"))
    assert "17 Zeilen auf „Deckblatt“" in messages(intake, "F03")


def test_lock_files_and_system_files_are_ignored(tmp_path: Path) -> None:
    for name in (
        "~$meldung.xlsx",
        ".~lock.meldung.ods#",
        ".DS_Store",
        "Thumbs.db",
        "._meldung.xlsx",
        "b.xlsx",
        "a.xls",
    ):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "alt").mkdir()
    assert [path.name for path in received_files(tmp_path)] == ["a.xls", "b.xlsx"]


def test_folders_in_a_month_s_folder_are_read_but_for_what_was_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / "2016-09"
    for name in ("b.xlsx", "Aldenhoven/Meldung.xlsx", "Titz/Nachtrag/Meldung.xlsx", "Herausgenommen/alt.xlsx", "Titz/Herausgenommen/alt.xlsx"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    assert list(received_contents(folder)) == ["Aldenhoven/Meldung.xlsx", "Titz/Nachtrag/Meldung.xlsx", "b.xlsx"]
    assert not_read(folder) == ()
    assert set_aside(folder, "Titz/Nachtrag/Meldung.xlsx") == folder / "Herausgenommen/Meldung.xlsx"
    assert list(received_contents(folder)) == ["Aldenhoven/Meldung.xlsx", "b.xlsx"]


def test_what_is_not_read_is_named_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "2016-09"
    (folder / "Titz").mkdir(parents=True)
    for name in ("Thumbs.db", "2016-09/Titz/~$Meldung.xlsx", "2016-09/Titz/Meldung.xlsx", "lose.xlsx"):
        (tmp_path / name).write_bytes(b"")
    for name in ("Februar 2016", "2016-9", "2016-10"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xlsx").write_bytes(b"")
    (tmp_path / "leer").mkdir()
    os.mkfifo(folder / "rohr")
    assert [(each.name, each.why) for each in not_read(folder)] == [
        ("2016-9", Why.NO_MONTH),
        ("Februar 2016", Why.NO_MONTH),
        ("lose.xlsx", Why.NO_FOLDER),
        ("Titz/~$Meldung.xlsx", Why.OPEN),
        ("rohr", Why.SPECIAL),
    ]
    for each in not_read(folder):
        assert f"„{each.name}“" in each.sentence


def test_a_link_in_a_folder_of_a_month_s_folder_is_named_too(tmp_path: Path) -> None:
    folder = tmp_path / "2016-09"
    (folder / "Titz").mkdir(parents=True)
    (folder / "Titz" / "a.xlsx").symlink_to(tmp_path / "geheim.xlsx")
    (folder / "alle").symlink_to(tmp_path)  # a folder, which would lead out and round in circles
    assert received_files(folder) == []
    with pytest.raises(Refusal, match="liegen Verknüpfungen") as raised:
        check_unlinked(folder)
    assert raised.value.figures["names"] == "Titz/a.xlsx, alle"


def test_links_among_the_returns_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "geheim.xlsx").write_bytes(b"")
    folder = tmp_path / "2016-09"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"")
    check_unlinked(folder)
    (folder / "b.xlsx").symlink_to(tmp_path / "geheim.xlsx")
    assert [path.name for path in received_files(folder)] == ["a.xlsx"]
    with pytest.raises(Refusal, match="liegen Verknüpfungen") as raised:
        check_unlinked(folder)
    assert "b.xlsx" in str(raised.value.figures)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"2016-09 fehlt\. Bitte anlegen"):
        received_files(tmp_path / "2016-09")


def test_a_workbook_of_empty_sheets_lacks_what_is_required() -> None:
    def change(book: Workbook) -> None:
        for sheet in book:
            sheet.delete_rows(1, 40)

    intake = taken_in(faultless().edit(change))
    codes = [(entry.code, entry.sheet) for entry in found(intake)]
    assert [code for code in codes if code[0] == "F05"] == [
        ("F05", "Leistungen"), ("F05", "Arbeitsgelegenheiten"), ("F05", "Vermittlungen"),
    ]  # fmt: skip
    assert codes.count(("F06", "Deckblatt")) == 10  # six required entries and four control totals
    assert len(codes) == 13


def test_what_somebody_takes_out_meanwhile_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may list a folder just as a file goes."""
    (tmp_path / "a.xlsx").write_bytes(b"a")
    there = received_files(tmp_path)
    monkeypatch.setattr("flows.ingest.read.received_files", lambda _: [*there, tmp_path / "gone.xlsx"])
    assert list(received_contents(tmp_path)) == ["a.xlsx"]
    monkeypatch.setattr("flows.emit.month_folder._files", lambda _: [*there, tmp_path / "gone.pdf"])
    assert documents_in(tmp_path) == [("a.xlsx", 1)]
