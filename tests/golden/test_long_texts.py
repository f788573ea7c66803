"""Texts of 120 characters in every field: nothing shrinks, nothing is cut, no IBAN is parted; looked at in what is printed."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from schemas.bank_text import LONGEST_NAME
from tests.golden import long_texts, samples
from tests.golden.recalculation import MISSING, SOFFICE, converted

LETTERS = ("invoice", "credit_note", "corrected", "nil", "draft", "premiums")
COUNTY, TOWN = long_texts.COUNTY, long_texts.TOWN
IBAN = re.compile(r"[A-Z]{2}\d\d(?: \d{4}){4} \d\d")


def solid(text: str) -> str:
    """Without blanks, breaks and hyphens, for a text that wraps anywhere."""
    return re.sub(r"[\s\u200b\u00ad-]", "", text)


def text_of(pages: list[PageObject]) -> str:
    return solid("\n".join(page.extract_text() for page in pages))


def sizes(page: PageObject) -> set[float]:
    """The sizes of the type on a page, in points, as it is printed."""
    found: set[float] = set()

    def visit(text: str, matrix: list[float], at: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.add(round(size * at[0] * matrix[0], 1))

    page.extract_text(visitor_text=visit)
    return found


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("long")
    return {path.stem.split("-")[0]: path for path in long_texts.write_letters(folder)}


@pytest.fixture(scope="module")
def printed(workbooks: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[PageObject]]:
    """The workbooks as LibreOffice prints them."""
    if SOFFICE is None:
        pytest.skip(MISSING)
    made = converted(list(workbooks.values()), tmp_path_factory.mktemp("printed"), "pdf")
    return {name: list(PdfReader(made[path.name]).pages) for name, path in workbooks.items()}


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[PageObject]]:
    paths = long_texts.write_pdfs(tmp_path_factory.mktemp("pdfs"))
    return {path.stem.split("-")[0]: list(PdfReader(path).pages) for path in paths}


def test_every_text_has_120_characters() -> None:
    texts = [*COUNTY.values(), *TOWN.values(), long_texts.CARRIER, long_texts.REASON]
    assert {len(text) for text in texts} == {120}
    assert len(long_texts.HOLDER) == LONGEST_NAME


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_printed_in_full_size_with_all_its_texts(
    name: str, workbooks: dict[str, Path], printed: dict[str, list[PageObject]]
) -> None:
    sheet = load_workbook(workbooks[name])["Anschreiben"]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.scale in (None, 100)
    pages = printed[name][:2]
    # letterhead 16, title 14, text 10, side notes 9: never another, and the page is not scaled
    assert {16.0, 14.0, 10.0, 9.0} <= sizes(pages[0])
    text = text_of(pages)
    for word in (*COUNTY.values(), *(TOWN[part] for part in ("name", "street", "city", "debtor"))):
        assert solid(word) in text, word


@pytest.mark.parametrize("name", LETTERS)
def test_the_columns_of_a_letter_stand_on_one_page(name: str, printed: dict[str, list[PageObject]]) -> None:
    """A column too many would be printed on pages of its own, behind those of the first columns."""
    assert solid(COUNTY["email"]) in text_of(printed[name][:1])  # stands in the last column
    headings = [
        page.extract_text() for page in printed[name][:2] if "So setzt sich der Betrag zusammen" in page.extract_text()
    ]
    assert all(re.search(r"zusammen \(\w+ \d{4}\)\s+Betrag", text) for text in headings)
    assert len(headings) == (name != "nil")


@pytest.mark.parametrize("name", [*LETTERS, "overview", "board", "form", "Auszahlungsliste"])
def test_no_row_cuts_its_text(name: str, workbooks: dict[str, Path], printed: dict[str, list[PageObject]]) -> None:
    """Every text of a sheet is in what is printed, whole, in the order of its letters."""
    text = text_of(printed[name])
    for sheet in load_workbook(workbooks[name]).worksheets:
        if sheet.sheet_state != "visible":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and len(cell.value) >= 60 and cell.data_type != "f":
                    assert solid(cell.value) in text, (sheet.title, cell.coordinate)


def test_the_payment_to_the_carrier_names_it_whole(printed: dict[str, list[PageObject]]) -> None:
    assert solid(long_texts.CARRIER) in text_of(printed["overview"])


@pytest.mark.parametrize("name", ["invoice", "credit_note", "overview"])
def test_an_iban_stands_in_one_line(name: str, printed: dict[str, list[PageObject]]) -> None:
    account = {
        "invoice": samples.ALLOWANCES.accounting.county_iban,
        "credit_note": samples.ALLOWANCES.members[samples.DOEBELN].iban,
    }
    iban = account.get(name) or samples.PREMIUMS.carrier.iban  # type: ignore[union-attr]  # this programme has one
    lines = "\n".join(page.extract_text() for page in printed[name]).replace("\u00a0", " ").splitlines()
    assert any(solid(found) == iban for line in lines for found in IBAN.findall(line))


@pytest.mark.parametrize("name", ["rechnung", "gutschrift", "storno"])
def test_a_reading_copy_keeps_every_text_and_its_size(name: str, pdfs: dict[str, list[PageObject]]) -> None:
    text = text_of(pdfs[name])
    for word in (*COUNTY.values(), *(TOWN[part] for part in ("name", "street", "city", "debtor"))):
        assert solid(word) in text, word
    assert min(sizes(pdfs[name][0])) >= 7.5  # the sender above the address; nothing shrinks to fit
    lines = "\n".join(page.extract_text() for page in pdfs[name]).splitlines()
    assert any(IBAN.search(line) for line in lines)


@pytest.mark.parametrize(
    ("name", "texts"),
    [("bericht", (COUNTY["county"], COUNTY["title"], TOWN["name"])), ("Teilnahmebescheinigung", (COUNTY["county"], COUNTY["title"], TOWN["name"], COUNTY["street"], COUNTY["city"]))],
)  # fmt: skip
def test_report_and_certificate_keep_every_text(
    name: str, texts: tuple[str, ...], pdfs: dict[str, list[PageObject]]
) -> None:
    text = text_of(pdfs[name])
    for word in texts:
        assert solid(word) in text, word
