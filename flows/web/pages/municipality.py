"""Kommune im Monat: the statement line by line; Kommune: its account over all months; Fall: how a figure came about."""

from datetime import date
from pathlib import PurePosixPath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows.audit import explain
from flows.viewing import view_municipality, view_municipality_month
from flows.web.charts import Bars, bars
from flows.web.locations import PathMonth, location_of
from flows.web.rendering import Link, page
from flows.web.security import allowed
from schemas.accounts import Right
from schemas.derivation import Cell, Derivation, LawRow
from schemas.derivation_words import conclusion_in_words, guarantee_in_words, state_in_words
from schemas.documents import GERMAN_DOCUMENT_KIND, GERMAN_RETURN_STATE
from schemas.identifiers import Ags, typed_case
from schemas.months import Month, german_date, german_month, is_month
from schemas.refusal import Refusal
from schemas.results import GERMAN_CAUSE, GERMAN_LINE_KIND, GERMAN_REASON, Cause, LineKind, reasons_in_words

router = APIRouter(dependencies=[allowed(Right.SEE_SETTLEMENT)])


@router.get("/{programme}/kommunen/{ags}")
def municipality(request: Request, programme: str, ags: Ags) -> Response:
    """A municipality's account, and whether it pays."""
    location = location_of(request, programme)
    view = view_municipality(location, ags)
    chart = bars(
        f"Ersparnis und Prämien von {view.name} je Monat",
        [german_month(entry.month) for entry in view.months],
        [
            Bars("Ersparnis", [entry.saved_cents for entry in view.months]),
            Bars("Prämien", [entry.premiums_cents for entry in view.months]),
        ],
    )
    return page(
        request,
        "kommune.html",
        view.name,
        trail=(Link("/", f"Übersicht {view.programme.programme.county}"),),
        view=view,
        programme_key=programme,
        return_states=GERMAN_RETURN_STATE,
        chart=chart if view.programme.premium else None,
    )


@router.get("/{programme}/faelle/{case:path}")
def case(request: Request, programme: str, case: str, monat: str = "", ags: str = "") -> Response:
    """A case's figures of a month, step by step."""
    location = location_of(request, programme)
    if not is_month(monat):
        raise Refusal("page-unknown")
    derivation = explain(location, typed_case(case), monat, Ags(ags) if ags else None)
    return page(
        request,
        "fall.html",
        f"Fall {derivation.history.case_id}, {german_month(monat)}",
        trail=_trail(location.programme, monat, derivation),
        derivation=derivation,
        cite=_Citations(derivation),
        state=state_in_words(derivation.history.approved_until, derivation.history.draft),
        guarantee=derivation.guarantee and guarantee_in_words(derivation.guarantee, monat),
        conclude=conclusion_in_words,
        line_kind=lambda kind: GERMAN_LINE_KIND[LineKind(kind)],
        reason=GERMAN_REASON,
        entry_kind=lambda entry: type(entry).__name__,
    )


def _trail(programme: str, month: Month, derivation: Derivation) -> tuple[Link, ...]:
    path, history = f"/{programme}/{month}", derivation.history
    return (
        Link("/", "Übersicht"),
        Link(path, german_month(month)),
        Link(f"{path}/{history.ags}", history.municipality),
    )


class _Citations:
    """Numbers the law rows that a derivation cites, and says where in which file a figure stands."""

    def __init__(self, derivation: Derivation) -> None:
        self._files = derivation.history.files
        self.laws: dict[LawRow, int] = {}

    def numbers(self, laws: tuple[LawRow, ...]) -> str:
        """The numbers under which the law rows stand at the end."""
        found = sorted(self.laws.setdefault(law, len(self.laws) + 1) for law in laws)
        return f"[{', '.join(map(str, found))}]" if found else ""

    def places(self, cells: tuple[Cell, ...]) -> str:
        """Sheet, cells and file."""
        by_sheet: dict[tuple[str, str], list[str]] = {}
        for cell in cells:
            by_sheet.setdefault((cell.sha256, cell.sheet), []).append(cell.address)
        return "; ".join(
            f"{sheet}!{', '.join(addresses)} in {self._files[sha256].name}"
            for (sha256, sheet), addresses in by_sheet.items()
        )

    def valid(self, law: LawRow) -> str:
        """From when to when."""
        return f"ab {german_date(law.valid_from)}" + (f" bis {german_date(law.valid_to)}" if law.valid_to else "")


@router.get("/{programme}/{month}/{ags}")
def municipality_month(request: Request, programme: str, month: PathMonth, ags: Ags) -> Response:
    """A municipality's statement; a line leads to how it came about."""
    view = view_municipality_month(location_of(request, programme), month, ags)
    path = f"/{programme}/{month}"
    return page(
        request,
        "kommune_monat.html",
        f"{view.name}, {german_month(month)}",
        trail=(Link("/", f"Übersicht {view.programme.programme.county}"), Link(path, german_month(month))),
        view=view,
        path=path,
        programme_key=programme,
        kinds={str(kind): word for kind, word in GERMAN_DOCUMENT_KIND.items()},
        return_states=GERMAN_RETURN_STATE,
        lines=[
            _line(row, view.files)
            for row in view.lines.sort("service_month", "kind", "case_id", "reference").iter_rows(named=True)
        ],
        corrections=[
            row | {"cause": GERMAN_CAUSE[Cause(row["cause"])], "kind": GERMAN_LINE_KIND[LineKind(row["kind"])]}
            for row in view.corrections.iter_rows(named=True)
        ],
        names={document.path: PurePosixPath(document.path).name for document in view.documents},
    )


def _line(row: dict[str, Any], files: dict[str, str]) -> dict[str, Any]:
    """A settled line as the page shows it."""
    position, _, begin = row["reference"].rpartition(" ")
    return {
        "month": row["service_month"],
        "case": row["case_id"],
        "kind": GERMAN_LINE_KIND[LineKind(row["kind"])],
        "reference": f"{position} ab {german_date(date.fromisoformat(begin))}" if position else row["reference"],
        "cost": row["cost_cents"],
        "before": row["posted_before_cents"],
        "delta": row["delta_cents"],
        "why": reasons_in_words(row["reason"]),
        "law": row["legal_basis"],
        "cell": f"{row['sheet']}, Zeile {row['row']}, in {files.get(row['file_sha256'], '')}" if row["row"] else "",
    }
