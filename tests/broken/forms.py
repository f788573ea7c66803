"""A return without a fault, the ways to damage it, and what the intake says about it.

The form's layout is the one of `write_return`: headings in row 4, the first data row is row 5, the cover's
labels stand in A4 to A17 and their values in B4 to B17.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl
from openpyxl import Workbook, load_workbook

from flows.compute.law import load_law
from flows.ingest.read import read_returns
from flows.ingest.validate import validate
from schemas.documents import Correction
from schemas.intake import KNOWN_RETURNS, NOTHING_KNOWN, Intake, Known
from schemas.programme.programme import Programme
from tests.broken.programmes import loaded
from tests.sample.workbook import write_return

DUEREN, JUELICH = "05358008", "05358024"
MONTH = "2016-09"
LAW_FOLDER = Path(__file__).parents[2] / "inputs" / "law"

Row = Mapping[str, object]

COVER: dict[str, object] = {
    "programme": "probe",
    "ags": DUEREN,
    "municipality": "Düren, Stadt",
    "month": MONTH,
    "return_kind": "Erstmeldung",
    "contact": "Sachgebiet Asyl",
    "email": "asyl@dueren.example",
    "reported_on": date(2016, 10, 5),
    "confirmed_by": "Leitung Sachgebiet Asyl",
}

EMPLOYED: Row = {
    "case_id": "A-100",
    "birth_year": 1990,
    "sex": "m",
    "status": "Aufenthaltsgestattung",
    "benefit_kind": "Grundleistung",
    "need_stage": 1,
    "accommodation_cents": 200_00,
    "paid_cents": 0,
}
AT_WORK: Row = {
    "case_id": "A-200",
    "birth_year": 1985,
    "sex": "w",
    "status": "Duldung",
    "benefit_kind": "Grundleistung",
    "need_stage": 1,
    "paid_cents": 364_00,
}
OPPORTUNITY: Row = {
    "position_id": "AGH-1",
    "provider_kind": "Kommune",
    "workplace": "Bauhof",
    "case_id": "A-200",
    "from_date": date(2016, 9, 1),
    "to_date": date(2016, 9, 30),
    "hours_hundredths": 80_00,
    "voluntary": True,
}
VACANCY: Row = {
    "position_id": "AGH-2",
    "provider_kind": "Verein",
    "from_date": date(2016, 9, 1),
    "to_date": date(2016, 9, 30),
}
PLACEMENT: Row = {
    "case_id": "A-100",
    "employer": "Bau GmbH",
    "consent_on": date(2016, 8, 22),
    "begin": date(2016, 9, 5),
    "insured": True,
    "weekly_hours_hundredths": 39_00,
    "gross_cents": 1500_00,
    "net_cents": 1110_00,
}
NEED: Row = {"field_of_work": "Grünpflege", "provider_kind": "Kommune", "places_reported": 3, "places_filled": 2}
PARTICIPATION: Row = {
    "case_id": "A-100",
    "proposed_on": date(2016, 8, 1),
    "proposed_by": "Kommune",
    "decision": "zugestimmt",
    "decided_on": date(2016, 8, 8),
}
STOCK: Row = {"status": "Duldung", "age_group": "18 bis 65", "persons": 71}
COUNSELLING: Row = {
    "service": "Kompetenzprofil",
    "target_group": "Arbeitsuchende",
    "partner": "Jobcenter",
    "contacts": 5,
    "contacts_women": 2,
}
ROWS: dict[str, Sequence[Row]] = {
    "benefits": (EMPLOYED, AT_WORK),
    "opportunities": (OPPORTUNITY, VACANCY),
    "placements": (PLACEMENT,),
    "needs": (NEED,),
    "participations": (PARTICIPATION,),
    "stock": (STOCK,),
    "counselling": (COUNSELLING,),
}

Change = Callable[[Workbook], object]


class Form(NamedTuple):
    """A file as it is sent: its name and its bytes."""

    name: str
    content: bytes

    def put(self, cells: Mapping[str, object]) -> "Form":
        """Other values in some cells, named like `Leistungen!H5`; None empties a cell."""

        def change(book: Workbook) -> None:
            for place, value in cells.items():
                sheet, _, address = place.rpartition("!")
                book[sheet][address].value = value

        return self.edit(change)

    def edit(self, change: Change) -> "Form":
        """Changed as a user of a spreadsheet program would."""
        book = load_workbook(io.BytesIO(self.content))
        change(book)
        saved = io.BytesIO()
        book.save(saved)
        return self._replace(content=saved.getvalue())

    def xml(self, part: str, old: str, new: str) -> "Form":
        """Changed inside one part of the container; the old text (a regular expression) must be there."""

        def change(data: bytes) -> bytes:
            text, count = re.subn(old, new, data.decode(), count=1)
            assert count, f"{old} nicht in {part}"
            return text.encode()

        return self.part(part, change)

    def part(self, name: str, change: Callable[[bytes], bytes] | bytes) -> "Form":
        """One part of the container changed or added."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            parts = {entry: archive.read(entry) for entry in archive.namelist()}
        parts[name] = change if isinstance(change, bytes) else change(parts[name])
        return self._replace(content=zipped(parts))

    def with_parts(self, more: Mapping[str, bytes]) -> "Form":
        """Many parts added to the container."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            parts = {entry: archive.read(entry) for entry in archive.namelist()}
        return self._replace(content=zipped(parts | dict(more)))

    def named(self, name: str) -> "Form":
        """The same bytes under another name."""
        return self._replace(name=name)


class Found(NamedTuple):
    """What a finding says, without its sentence."""

    code: str
    severity: str
    sheet: str
    cell: str
    column: str


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP container of the parts."""
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return saved.getvalue()


def form(
    rows: Mapping[str, Sequence[Row]] | None = None,
    *,
    name: str = "meldung.xlsx",
    sheets: Sequence[str] | None = None,
    **cover: object,
) -> Form:
    """The return without a fault, with other rows in some tables and other values on the cover."""
    tables = ROWS | dict(rows or {})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_return(path, COVER | cover, tables, sheets=sheets)
        return Form(name, path.read_bytes())


@cache
def faultless() -> Form:
    """The return without a fault, as `form()` makes it, made once."""
    return form()


def taken_in(
    *forms: Form, programme: Programme | None = None, month: str = MONTH, known: Known | None = None
) -> Intake:
    """The intake of some files, each in a folder of its own as `check` may get them."""
    programme = programme or loaded()
    with TemporaryDirectory() as folder:
        paths = []
        for number, sent in enumerate(forms):
            path = Path(folder) / str(number) / sent.name
            path.parent.mkdir()
            path.write_bytes(sent.content)
            paths.append(path)
        reads = read_returns(paths, programme)
        return validate(reads, programme, month, known or nothing_known(), agh_law())


@cache
def agh_law() -> pl.DataFrame:
    """The rows of § 5 Abs. 2 AsylbLG."""
    return load_law(LAW_FOLDER).agh_rates()


def correction(file: str, findings: pl.DataFrame) -> Correction:
    """What goes back to the sender of a file."""
    return Correction("Korrektur.xlsx", file, Path(file), findings, "Fragen beantwortet die Kreiskasse.")


def nothing_known() -> Known:
    """Before the first approved month."""
    return NOTHING_KNOWN


def approved(*forms: Form, month: str, **options: Any) -> Known:
    """What the intake knows after a month with these returns was approved; they must all be accepted."""
    intake = taken_in(*forms, month=month, **options)
    assert not intake.held_back, intake.findings["message"].to_list()
    returns = [(entry.ags, entry.month, entry.sha256, entry.file) for entry in intake.submissions]
    files = {entry.sha256: entry.file for entry in intake.submissions}
    return Known(month, pl.DataFrame(returns, schema=KNOWN_RETURNS, orient="row"), intake.rows, files)


def found(intake: Intake, file: str | None = None) -> list[Found]:
    """The findings of an intake (or of one of its files) in their order."""
    rows = intake.findings.iter_rows(named=True)
    return [Found(*(row[name] for name in Found._fields)) for row in rows if file in (None, row["file"])]


def messages(intake: Intake, code: str) -> str:
    """The sentences of one code."""
    return " ".join(intake.findings.filter(pl.col("code") == code)["message"].to_list())


def missing_words(text: str, words: Iterable[str]) -> list[str]:
    """Those words that a text does not contain."""
    return [word for word in words if word not in text]
