"""Pages from templates: what every page has, and how figures, days and months are written."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from flows.web.security import FORM_TOKEN, session_of, setup_of
from flows.web.wording import sentence
from schemas.accounts import Account, Right
from schemas.journal import german_moment
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.provenance import software
from schemas.refusal import Refusal
from schemas.spelling import thousands

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Link:
    """Where one can go from here."""

    path: str
    label: str
    current: bool = False


# Path → label, and the right that it needs; where everybody begins, and the help, need none.
_AREAS = (("/konten", "Konten", Right.MANAGE_ACCOUNTS), ("/recht", "Recht", Right.SEE_LAW))
# Template → the section of the help that tells of its page; of the others the first one does.
_HELP = {
    "uebersicht.html": "uebersicht",
    "monat.html": "monat",
    "freigabe.html": "freigabe",
    "versand.html": "versand",
    "kommune_monat.html": "abrechnung",
    "kommune.html": "konto",
    "fall.html": "fall",
    "berichte.html": "berichte",
    "berichte_start.html": "berichte",
    "bericht.html": "berichte",
    "kalkulation.html": "kalkulation",
    "anordnungen.html": "anordnungen",
    "storno.html": "anordnungen",
    "zahlungen.html": "zahlungen",
    "briefe.html": "briefe",
    "jahresabschluss.html": "jahresabschluss",
    "eroeffnungssalden.html": "eroeffnungssalden",
    "bescheinigungen.html": "bescheinigungen",
    "formulare.html": "formulare",
    "pruefung.html": "pruefung",
    "recht.html": "recht",
    "konten.html": "konten",
    "verwaltung.html": "konten",
    "meine_kommune.html": "meldung",
    "meldung_pruefung.html": "meldung",
    "eingangsbestaetigung.html": "meldung",
}


def page(
    request: Request,
    template: str,
    heading: str,
    status: int = 200,
    trail: tuple[Link, ...] = (),
    refusal: Refusal | None = None,
    done: str | None = None,
    **shown: Any,
) -> HTMLResponse:
    """A whole page."""
    session = session_of(request)
    account = session.account if session else None
    text = (
        _environment()
        .get_template(template)
        .render(
            heading=heading,
            trail=trail,
            refusal=sentence(refusal) if refusal else None,
            done=done,
            account=account,
            navigation=_navigation(account, request.url.path),
            help_section=None if account is None or template == "hilfe.html" else _HELP.get(template, "ueberblick"),
            form_token=_form_token(session.form_token if session else ""),
            own_pc=not setup_of(request).with_accounts,
            version=software(),
            **shown,
        )
    )
    return HTMLResponse(text, status)


def part(request: Request, template: str, **shown: Any) -> HTMLResponse:
    """A piece of a page, which replaces what stands there."""
    session = session_of(request)
    token = _form_token(session.form_token if session else "")
    return HTMLResponse(_environment().get_template(template).render(form_token=token, **shown))


def _navigation(account: Account | None, path: str) -> list[Link]:
    """The areas that the account may enter."""
    if account is None:
        return []
    areas = [("/", start_of(account)), *((target, label) for target, label, right in _AREAS if account.may(right))]
    return [Link(target, label, path == target) for target, label in (*areas, ("/hilfe", "Hilfe"))]


def start_of(account: Account) -> str:
    """What the first page of an account is called."""
    if account.may(Right.OWN_MUNICIPALITY):
        return "Meine Kommune"
    if account.may(Right.SEE_REPORTS) and not account.may(Right.SEE_SETTLEMENT):
        return "Berichte"
    return "Übersicht"


def _moment(seconds: int) -> str:
    """A moment on the office's own clock."""
    moment = datetime.fromtimestamp(seconds).astimezone()
    return f"{german_date(moment.date())}, {moment:%H:%M} Uhr"


def _form_token(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_TOKEN, token)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "euros": euros,
        "month": german_month,
        "date": german_date,
        "moment": _moment,
        "time": german_moment,
        "thousands": thousands,
    }
    return environment
