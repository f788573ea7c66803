"""Reading the board report's PDF in tests: every figure in it is a published one."""

import re
from fractions import Fraction
from pathlib import Path

import polars as pl
from pypdf import PdfReader

from flows.emit.board.figures import written

NUMBER = re.compile(r"-?\d[\d.]*(?:,\d+)?")
# Numbers that are no figures: days, pages, ages, retention intervals, programme years, quarters, numbers of notices, seals.
NO_FIGURE = re.compile(
    r"\d\d\.\d\d\.\d{4}|Seite \d von \d|18- bis ?65|von 18 bis 65|nach (?:6 Wochen|(?:3|6|12) Monaten)|\d\. Programmjahr|"
    r"Programmjahr \d\. \(|\d\. Quartal \d{4}|FKA-\d{4}-\d+|(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|"
    r"Oktober|November|Dezember) \d{4}|[0-9a-f]{8}(?: [0-9a-f]{8}){7}"
)


def text_of(pdf: Path) -> str:
    """All pages' text, on one line; the reader takes hyphens and minus signs for soft hyphens now and then."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).replace("\u00ad", "-").split())


def unknown_figures(pdf: Path, indicators: Path) -> list[str]:
    """Figures before the definitions that stand in no row of the indicators."""
    rows = pl.read_parquet(indicators).select("value", "unit", "suppressed").rows()
    published = {
        found
        for value, unit, suppressed in rows
        for found in NUMBER.findall(written(None if value is None else Fraction(str(value)), unit, suppressed))
    }
    told, definitions = text_of(pdf).split("Was die Zahlen bedeuten")
    assert "Personen von 1 bis unter" in definitions
    figures = NUMBER.findall(NO_FIGURE.sub(" ", told))
    assert len(figures) > 20
    return [figure for figure in figures if figure.rstrip(".") not in published]
