"""Kalkulation: share, cap and cost are moved, and what they come to stands there at once; nothing is kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from flows import calibration
from flows.calibration import Cases, Tried
from flows.viewing import county_of
from flows.web.downloads import download
from flows.web.locations import location_of
from flows.web.remembered import cases_of
from flows.web.rendering import Link, page, part
from flows.web.security import allowed
from flows.web.wording import sentence
from schemas.accounts import Right
from schemas.calibration import Terms
from schemas.money import euros, percent, typed_cents, typed_share_units
from schemas.refusal import Refusal

router = APIRouter(dependencies=[allowed(Right.WRITE_REPORTS)])
CALCULATION = "/{programme}/kalkulation"
SETTLED, ASSUMED = "faelle", "annahmen"


@dataclass(frozen=True)
class Typed:
    """The controls as they stand; none: the page is opened anew, and they stand as agreed."""

    value: str | None
    cap: str
    cost: str
    basis: str


def typed(
    wert: Annotated[str | None, Query(max_length=20)] = None,
    hoechstbetrag: Annotated[str, Query(max_length=20)] = "",
    kosten: Annotated[str, Query(max_length=20)] = "",
    grundlage: Annotated[str, Query(max_length=10)] = SETTLED,
) -> Typed:
    """The controls of an address."""
    return Typed(wert, hoechstbetrag, kosten, grundlage)


CONTROLS = Annotated[Typed, Depends(typed)]


@router.get(CALCULATION)
def calculation_page(request: Request, programme: str, controls: CONTROLS) -> Response:
    """The controls and what they come to."""
    location = location_of(request, programme)
    county, assumptions = county_of(location), calibration.assumptions_of(location)
    path = f"/{programme}/kalkulation"
    known, terms, tried, agreed, refusal = None, None, None, None, None
    try:
        known = _known(request, programme, controls)
        terms = _terms(controls, known)
        tried, agreed = calibration.try_terms(known, terms), calibration.try_terms(known, known.agreed)
    except Refusal as refused:
        refusal = refused
    return page(
        request,
        "kalkulation.html",
        f"Kalkulation der Prämie {county.programme.county}",
        409 if refusal else 200,
        (Link("/", "Übersicht"), Link(f"/{programme}/berichte", "Berichte")),
        refusal,
        path=path,
        controls=controls if controls.value is not None or known is None else _as_agreed(known, controls.basis),
        of_share=bool(county.premium) and county.premium[-1].amount_cents is None,
        most=None if known is None else _most(known),
        tried=tried,
        agreed=agreed,
        has_assumptions=assumptions is not None,
        query=_query(known, terms, controls),
        in_words=_in_words,
        percent=percent,
    )


@router.get(f"{CALCULATION}/antwort")
def answer_part(request: Request, programme: str, controls: CONTROLS) -> Response:
    """What the controls come to, in place."""
    try:
        known = _known(request, programme, controls)
        terms = _terms(controls, known)
    except Refusal as refusal:
        return part(request, "kalkulation_antwort.html", tried=None, agreed=None, problem=sentence(refusal))
    tried, agreed = calibration.try_terms(known, terms), calibration.try_terms(known, known.agreed)
    shown = {"tried": tried, "agreed": agreed, "query": _query(known, terms, controls)}
    return part(
        request,
        "kalkulation_antwort.html",
        problem=None,
        path=f"/{programme}/kalkulation",
        in_words=_in_words,
        percent=percent,
        **shown,
    )


@router.get(f"{CALCULATION}/vermerk.txt")
def note(request: Request, programme: str, controls: CONTROLS) -> Response:
    """A note on what was tried, to be saved."""
    known = _known(request, programme, controls)
    text = calibration.note_of(known, _terms(controls, known))
    return download(f"Vermerk-Kalkulation-{known.basis.calculated_on.isoformat()}.txt", text.encode("utf-8"))


@router.get(f"{CALCULATION}/mappe.xlsx")
def workbook(request: Request, programme: str, controls: CONTROLS) -> Response:
    """The workbook of the agreed terms, to be saved."""
    known = _known(request, programme, controls)
    return download(calibration.workbook_name(known.basis.calculated_on), calibration.workbook_of(known))


def _known(request: Request, programme: str, controls: Typed) -> Cases:
    location = location_of(request, programme)
    file: Path | None = calibration.assumptions_of(location) if controls.basis == ASSUMED else None
    return cases_of(request, location, file)


def _terms(controls: Typed, known: Cases) -> Terms:
    if controls.value is None:
        return known.agreed
    return Terms(_value(controls.value, known), _amount(controls.cap), _amount(controls.cost) or 0)


def _value(text: str, known: Cases) -> int:
    if _is_share(known):
        units = typed_share_units(text)
        if units is None:
            raise Refusal("no-share", text=text)
        return units
    return _amount(text) or 0


def _amount(text: str) -> int | None:
    plain = text.replace("€", "").strip()
    if plain in ("", "0", "0,00"):
        return None
    cents = typed_cents(plain)
    if cents is None or cents < 0:
        raise Refusal("no-cost", text=text)
    return cents


def _is_share(known: Cases) -> bool:
    return known.population.programme.premium[0].amount_cents is None


def _most(known: Cases) -> str:
    """The far end of the control."""
    return "100" if _is_share(known) else str(2 * known.agreed.value // 100)


def _as_agreed(known: Cases, basis: str) -> Typed:
    agreed = known.agreed
    value = percent(agreed.value).removesuffix(" %") if _is_share(known) else _plain(agreed.value)
    return Typed(value, _plain(agreed.cap_cents), _plain(agreed.cost_cents), basis)


def _plain(cents: int | None) -> str:
    return "" if cents is None else euros(cents).removesuffix(" €")


def _query(known: Cases | None, terms: Terms | None, controls: Typed) -> dict[str, str]:
    """The address of what is shown, for the note."""
    if known is None or terms is None:
        return {}
    value = percent(terms.value).removesuffix(" %") if _is_share(known) else _plain(terms.value)
    return {
        "wert": value,
        "hoechstbetrag": _plain(terms.cap_cents),
        "kosten": _plain(terms.cost_cents),
        "grundlage": controls.basis,
    }


def _in_words(found: Tried, value: int) -> str:
    return euros(value) if found.calibration.milestones else percent(value)
