"""Anordnungen: what waits for a second person, who ordered it, when and why; a manual line is ordered, any order withdrawn."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from flows.clock import today
from flows.desk import view_orders
from flows.location import Location
from flows.office import adjust, withdraw_adjustment, withdraw_cancellation
from flows.web.locations import location_of
from flows.web.rendering import Link, page
from flows.web.security import allowed, own_form
from schemas.accounts import Account, Right
from schemas.documents import REVERSAL
from schemas.given import given_amount_without_sign, given_reason, given_voucher
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_month, is_month
from schemas.office import GERMAN_ORDER_STATE
from schemas.refusal import Refusal

router = APIRouter()
ORDERS = "/{programme}/anordnungen"
OWN_FORM = Depends(own_form)
SIGNS = {"zulasten": 1, "zugunsten": -1}  # of the municipality
Reader = Annotated[Account, allowed(Right.SEE_SETTLEMENT)]
Orderer = Annotated[Account, allowed(Right.ORDER)]
# What is wrong, or where nothing is chosen → the field of the form that it is about.
_FIELDS = {
    "Kommune": "kommune",
    "Leistungsmonat": "monat",
    "Wer zahlt": "richtung",
    "no-member": "kommune",
    "no-amount-without-sign": "betrag",
    "voucher-empty": "beleg",
    "voucher-used": "beleg",
    "reason-empty": "grund",
    "month-closed": "monat",
    "month-erased": "monat",
    "month-ahead": "monat",
    "month-before-programme": "monat",
    "month-after-programme": "monat",
    "no-month": "monat",
}


class ManualLine(BaseModel):
    """A manual line as it is typed."""

    kommune: str = Field("", max_length=20)
    monat: str = Field("", max_length=20)
    richtung: str = Field("", max_length=20)
    betrag: str = Field("", max_length=50)
    beleg: str = Field("", max_length=200)
    grund: str = Field("", max_length=500)


class Withdrawing(BaseModel):
    """Which order is withdrawn, and why: as its row showed it, so that a stale page withdraws no other one."""

    art: str = Field("", max_length=20)
    kommune: str = Field("", max_length=20)
    monat: str = Field("", max_length=20)
    betrag: int = 0  # cents
    beleg: str = Field("", max_length=200)
    grund: str = Field("", max_length=500)


@router.get(ORDERS)
def orders_page(request: Request, programme: str, account: Reader) -> Response:
    """All orders, and forms for another one."""
    return orders_as_they_stand(request, location_of(request, programme), account)


def orders_as_they_stand(
    request: Request,
    location: Location,
    account: Account,
    refusal: Refusal | None = None,
    done: str | None = None,
    line: ManualLine | None = None,
    withdrawing: Withdrawing | None = None,
) -> Response:
    """The page with what just happened, or was refused of what was typed."""
    view = view_orders(location, today())
    return page(
        request,
        "anordnungen.html",
        f"Anordnungen {view.programme.programme.county}",
        409 if refusal else 200,
        trail_of(view.programme.programme.county),
        refusal,
        done,
        view=view,
        key=location.programme,
        states=GERMAN_ORDER_STATE,
        reversal=REVERSAL,
        line=line or ManualLine(),
        wrong=wrong_field(refusal, _FIELDS) if line else None,
        withdrawing=withdrawing,
        reason_missing=refusal is not None and refusal.code == "reason-empty",
        may_order=account.may(Right.ORDER),
        may_send_out=account.may(Right.SEND_OUT),
    )


def wrong_field(refusal: Refusal | None, fields: dict[str, str]) -> str | None:
    """The field of a form that a refusal is about."""
    if refusal is None:
        return None
    return fields.get(str(refusal.figures["label"]) if refusal.code == "nothing-chosen" else refusal.code)


def trail_of(county: str, programme: str | None = None) -> tuple[Link, ...]:
    """Where these pages stand."""
    orders = (Link(f"/{programme}/anordnungen", "Anordnungen"),) if programme else ()
    return (Link("/", f"Übersicht {county}"), *orders)


def chosen(text: str, label: str) -> str:
    """What was chosen; Refusal where nothing was."""
    if not text.strip():
        raise Refusal("nothing-chosen", label=label)
    return text.strip()


def chosen_month(text: str, label: str) -> Month:
    """The month that was chosen; Refusal where none was."""
    month = chosen(text, label)
    if not is_month(month):
        raise Refusal("no-month", text=month)
    return month


@router.post(f"{ORDERS}/buchung", dependencies=[OWN_FORM])
def order_line(request: Request, programme: str, account: Orderer, line: Annotated[ManualLine, Form()]) -> Response:
    """Order a manual line."""
    location = location_of(request, programme)
    try:
        ags = Ags(chosen(line.kommune, "Kommune"))
        month = chosen_month(line.monat, "Leistungsmonat")
        sign = SIGNS[chosen(line.richtung if line.richtung in SIGNS else "", "Wer zahlt")]
        amount_cents = sign * given_amount_without_sign(line.betrag)
        voucher, reason = given_voucher(line.beleg), given_reason(line.grund)
        adjust(
            location,
            ags=ags,
            amount_cents=amount_cents,
            month=month,
            reason=reason,
            voucher=voucher,
            by=account.name,
            today=today(),
        )
    except Refusal as refusal:
        return orders_as_they_stand(request, location, account, refusal, line=line)
    done = f"Vorgemerkt: manuelle Buchung, Beleg {voucher}. Sie gilt ab dem nächsten Entwurf und wird mit seiner Freigabe gebucht."
    return orders_as_they_stand(request, location, account, done=done)


@router.post(f"{ORDERS}/zurueckziehen", dependencies=[OWN_FORM])
def withdraw(request: Request, programme: str, account: Orderer, typed: Annotated[Withdrawing, Form()]) -> Response:
    """Withdraw an order that nobody has approved."""
    location = location_of(request, programme)
    try:
        reason = given_reason(typed.grund)
        if typed.art == "storno":
            what = f"{REVERSAL} von {typed.beleg}"
            gone = withdraw_cancellation(location, number=typed.beleg, reason=reason, by=account.name)
        else:
            what = f"manuelle Buchung, Beleg {typed.beleg}"
            gone = withdraw_adjustment(
                location,
                ags=Ags(typed.kommune),
                amount_cents=typed.betrag,
                month=chosen_month(typed.monat, "Leistungsmonat"),
                reason=reason,
                voucher=typed.beleg,
                by=account.name,
            )
    except Refusal as refusal:
        return orders_as_they_stand(request, location, account, refusal, withdrawing=typed)
    done = f"Zurückgezogen: {what} über {euros(abs(gone.amount_cents))}, angeordnet von {gone.ordered_by}."
    if gone.draft is not None:
        done += f" Der Entwurf für {german_month(gone.draft)} beruhte darauf und ist verworfen; bitte neu rechnen."
    return orders_as_they_stand(request, location, account, done=done)
