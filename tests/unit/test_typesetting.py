"""Typesetting: PDF/A from a template and data, the same bytes, and text that stays text."""

import io
import threading
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from flows.emit.pdf import typesetting
from flows.emit.pdf.typesetting import typeset
from tests.golden.tags import check_tags

DAY = date(2016, 6, 15)
PROBE = """#import "base.typ": *
#let data = json(bytes(sys.inputs.data))
#show: base-page.with(title: data.title, author: "Kreis", foot: "Fuß")
#letter-head(sender: "Kreis", sender-line: "Ort", recipient: ("Stadt", "Weg 1"), facts: (("Datum", "01.02.2016"),))
= #data.title
#listing(columns: (1fr, auto), heading: ("Was", "Betrag"), rows: data.rows, totals: (("Summe", "1,00 €"),))
"""


@pytest.fixture
def probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "base.typ").write_bytes((typesetting.TEMPLATES / "base.typ").read_bytes())
    (tmp_path / "probe.typ").write_text(PROBE, encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    monkeypatch.setattr(typesetting, "_own", threading.local())
    return "probe"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def data(title: str = "Titel", rows: int = 1) -> dict[str, object]:
    return {"title": title, "rows": [[f"Zeile {row}", "1,00 €"] for row in range(rows)]}


def test_same_data_give_the_same_bytes_and_other_data_others(probe: str) -> None:
    first = typeset(probe, data(), DAY)
    assert typeset(probe, data("Anders"), DAY) != first
    assert typeset(probe, data(), DAY) == first


def test_pdf_is_archivable_tagged_german_and_carries_its_fonts(probe: str) -> None:
    with pikepdf.open(io.BytesIO(typeset(probe, data(), DAY))) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang).lower() == "de-de"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo.CreationDate).startswith("D:20160615")
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("/FontFile3" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_a_table_has_headings_and_facts_are_none(probe: str) -> None:
    kinds = [kind for kind, _ in check_tags(typeset(probe, data(rows=2), DAY))]
    # a listing of two columns: two headings; two rows and the total of two cells each
    assert (kinds.count("Table"), kinds.count("TH"), kinds.count("TD")) == (1, 2, 6)


def test_pages_are_counted_and_a_heading_repeats(probe: str) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(typeset(probe, data(rows=60), DAY))).pages]
    assert ["Seite 1 von 2" in pages[0], "Seite 2 von 2" in pages[1]] == [True, True]
    assert all("Betrag" in page for page in pages)
    assert [page.count("Summe") for page in pages] == [0, 1]


def test_text_is_never_read_as_markup(probe: str) -> None:
    hostile = '#panic("x") = *fett* _k_ $x^2$ `r` <m> @m \\u{41} // k /* k */ "q"'
    assert hostile in text_of(typeset(probe, data(hostile), DAY)).replace("\n", " ").replace("  ", " ")


def test_letters_that_the_typeface_lacks_do_not_stop_a_document(probe: str) -> None:
    text = text_of(typeset(probe, data("Łódź\t😀\x07漢\u202e\n Ende"), DAY))
    assert "Łódź ���� Ende" in text


def test_every_letter_that_is_let_through_can_be_printed(probe: str) -> None:
    letters = [chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000]
    printable = [letter for letter in letters if not typesetting._UNPRINTABLE.match(letter)]
    assert len(printable) > 1_000
    typeset(probe, data(" ".join(printable)), DAY)  # a letter without a glyph would be an error
