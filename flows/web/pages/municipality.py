"""Kommune im Monat: the statement line by line; Kommune: its account over all months; Fall: how a figure came about."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from flows.audit import explain
from flows.clock import today
from flows.desk import reversal_hindrance
from flows.location import Location
from flows.municipality import sees
from flows.municipality_account import view_municipality
from flows.viewing import view_municipality_month
from flows.web.charts import Bars, bars
from flows.web.locations import PathMonth, location_of
from flows.web.rendering import Link, page, start_of
from flows.web.security import allowed, not_there
from flows.web.wording import position, sentence
from schemas.accounts import Account, Right
from schemas.changed_words import reasons
from schemas.derivation import Cell, Derivation, LawRow
from schemas.derivation_words import conclusion_in_words, guarantee_in_words, state_in_words
from schemas.documents import GERMAN_DOCUMENT_KIND, GERMAN_RETURN_STATE, order_in_words
from schemas.identifiers import PSEUDONYM, Ags, CaseId, typed_case
from schemas.months import Month, german_date, german_month, is_month
from schemas.open_items import GERMAN_ITEM_STATE, ON_ACCOUNT
from schemas.refusal import Refusal
from schemas.results import GERMAN_CAUSE, GERMAN_LINE_KIND, GERMAN_REASON, LINE_KEY, Cause, LineKind, reasons_in_words
from schemas.settlement_words import SETTLEMENT_EXPLAINED, settlement_word
from schemas.viewing import AccountMonth, MunicipalityMonth, MunicipalityView

router = APIRouter()
Reader = Annotated[Account, allowed(Right.SEE_SETTLEMENT, Right.OWN_MUNICIPALITY)]  # whoever asks, checked below


@router.get("/{programme}/kommunen/{ags}")
def municipality(request: Request, programme: str, ags: Ags, account: Reader) -> Response:
    """A municipality's account, and whether it pays."""
    location = _for(request, programme, account, ags)
    view = view_municipality(location, ags, today(), with_draft=account.may(Right.SEE_SETTLEMENT))
    return page(
        request,
        "kommune.html",
        view.name,
        trail=(_home(account, view.programme.programme.county),),
        view=view,
        programme_key=programme,
        return_states=GERMAN_RETURN_STATE,
        chart=saving_chart(view),
        names=file_names(view.months),
        in_words=order_in_words,
        item_states=GERMAN_ITEM_STATE,
        on_account=ON_ACCOUNT,
    )


def _for(request: Request, programme: str, account: Account, ags: str) -> Location:
    """The programme's location; a municipality's page is not there for another municipality."""
    location = location_of(request, programme)
    if not sees(location, account, ags, today()):
        raise not_there(request, account)
    return location


def saving_chart(view: MunicipalityView) -> Markup | None:
    """Saving beside premiums, month by month, where there is any."""
    if view.saving is None or not view.saving.months:
        return None
    return bars(
        f"Ersparnis und Prämien von {view.name} je Monat",
        [german_month(entry.month) for entry in view.saving.months],
        [
            Bars("Ersparnis", [entry.saved_cents for entry in view.saving.months]),
            Bars("Prämien", [entry.premiums_cents for entry in view.saving.months]),
        ],
    )


def file_names(months: Iterable[AccountMonth]) -> dict[str, str]:
    """Path → name, for the documents of a municipality's months."""
    return {document.path: PurePosixPath(document.path).name for entry in months for document in entry.documents}


def _home(account: Account, county: str) -> Link:
    if account.may(Right.SEE_SETTLEMENT):
        return Link("/", f"Übersicht {county}")
    return Link("/", start_of(account))


@router.get("/{programme}/faelle/{case:path}")
def case(request: Request, programme: str, case: str, account: Reader, monat: str = "", ags: str = "") -> Response:
    """A case month by month, and its figures of one, step by step: of the newest where none is asked for.

    A municipality asks for its own cases alone.
    """
    if monat and not is_month(monat):
        raise Refusal("page-unknown")
    location = _for(request, programme, account, ags)
    if account.may(Right.SEE_SETTLEMENT):
        derivation = explain(location, typed_case(case), monat or None, Ags(ags) if ags else None)
    else:
        derivation = _own(location, typed_case(case), monat or None, Ags(ags))
    month = derivation.history.month
    return page(
        request,
        "fall.html",
        f"Fall {derivation.history.case_id}, {german_month(month)}",
        trail=_trail(account, location.programme, derivation),
        programme_key=programme,
        all_open=not monat,
        derivation=derivation,
        cite=_Citations(derivation),
        state=state_in_words(derivation.history.approved_until, derivation.history.draft),
        guarantee=derivation.guarantee and guarantee_in_words(derivation.guarantee, month),
        conclude=conclusion_in_words,
        line_kind=lambda kind: GERMAN_LINE_KIND[LineKind(kind)],
        position=position,
        reason=GERMAN_REASON,
        entry_kind=lambda entry: type(entry).__name__,
    )


def _own(location: Location, case_id: CaseId, month: Month | None, ags: Ags) -> Derivation:
    """A case of the municipality that asks. What others know of a case number is not told: the page is not there."""
    try:
        return explain(location, case_id, month, ags, with_draft=False)
    except Refusal as refusal:
        if refusal.code in ("case-unknown", "case-of-others"):
            raise Refusal("page-unknown") from refusal
        raise


def _trail(account: Account, programme: str, derivation: Derivation) -> tuple[Link, ...]:
    history = derivation.history
    path, month = f"/{programme}/{history.month}", german_month(history.month)
    own = Link(f"{path}/{history.ags}", f"{history.municipality}, {month}")
    if not account.may(Right.SEE_SETTLEMENT):
        return (Link("/", start_of(account)), own)
    return (Link("/", "Übersicht"), Link(path, month), own)


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
def municipality_month(request: Request, programme: str, month: PathMonth, ags: Ags, account: Reader) -> Response:
    """A municipality's statement; a line leads to how it came about."""
    location, whole = _for(request, programme, account, ags), account.may(Right.SEE_SETTLEMENT)
    view = view_municipality_month(location, month, ags, with_draft=whole)
    path = f"/{programme}/{month}"
    month_link = (Link(path, german_month(month)),) if whole else ()
    lines = [
        _line(row, view)
        for row in view.lines.sort("service_month", "kind", "case_id", "reference").iter_rows(named=True)
    ]
    words = {line["settlement"] for line in lines}
    may_order, number = account.may(Right.ORDER), view.line.number
    hindrance = reversal_hindrance(location, ags, number) if may_order and number else None
    return page(
        request,
        "kommune_monat.html",
        f"{view.name}, {german_month(month)}",
        trail=(_home(account, view.programme.programme.county), *month_link),
        view=view,
        path=path,
        programme_key=programme,
        may_reverse=may_order and number and not hindrance,
        hindrance=sentence(hindrance) if hindrance else None,
        kinds={str(kind): word for kind, word in GERMAN_DOCUMENT_KIND.items()},
        return_states=GERMAN_RETURN_STATE,
        lines=lines,
        explained=[sentence for word, sentence in SETTLEMENT_EXPLAINED.items() if word in words],
        corrections=[
            row
            | {
                "cause": GERMAN_CAUSE[Cause(row["cause"])],
                "kind": GERMAN_LINE_KIND[LineKind(row["kind"])],
                "what": list(reasons(view.changed, Cause(row["cause"]), **{name: row[name] for name in LINE_KEY})),
            }
            for row in view.corrections.iter_rows(named=True)
        ],
        names={document.path: PurePosixPath(document.path).name for document in view.documents},
    )


def _line(row: dict[str, Any], view: MunicipalityMonth) -> dict[str, Any]:
    """A settled line as the page shows it."""
    allowance, file = view.programme.allowance, view.files.get(row["file_sha256"], "")
    return {
        "month": row["service_month"],
        "case": row["case_id"],
        "erased": row["case_id"].startswith(PSEUDONYM),
        "kind": GERMAN_LINE_KIND[LineKind(row["kind"])],
        "reference": position(row["kind"], row["reference"]),
        "cost": row["cost_cents"],
        "settlement": settlement_word(row["reason"], row["computed_cents"], row["provider_kind"], allowance),
        "before": row["posted_before_cents"],
        "delta": row["delta_cents"],
        "why": reasons_in_words(row["reason"]),
        "law": row["legal_basis"],
        "cell": f"{row['sheet']}, Zeile {row['row']}, in {file}" if row["row"] else "",
    }
