"""Orders over HTTP: a manual line and a reversal, from the form to the books; withdrawn before that; refused and kept as typed."""

import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI

from flows.ledger.journal import entries
from flows.location import find_location
from tests.command import call
from tests.golden.sums import check_sums, statement_total
from tests.web.settled import Caller, Settled, work_ended, workspace_of

FREIBERG, MONTH = "14522180", "2025-01"
ORDERS, JANUARY = "/mittelsachsen/anordnungen", f"/mittelsachsen/{MONTH}"
LINE = {"kommune": FREIBERG, "monat": MONTH, "richtung": "zugunsten", "betrag": "12,50", "beleg": "FK-17", "grund": "Fahrtkosten doppelt erhoben"}  # fmt: skip
# What the row of that order sends along when it is withdrawn.
ROW = {"art": "buchung", "kommune": FREIBERG, "monat": MONTH, "beleg": "FK-17", "betrag": "-1250"}


@pytest.fixture
def workspace(settled: Settled, tmp_path: Path) -> Settled:
    """An approved December, a January that is drafted."""
    return settled.copy(tmp_path)


@pytest.fixture
def app(workspace: Settled) -> FastAPI:
    return workspace_of(workspace)


def plain(page: str) -> str:
    """What is read on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def alert(page: str) -> str:
    """The refusal of a page."""
    (found,) = re.findall(r'<div class="alert" role="alert"[^>]*>(.*?)</div>', page, re.DOTALL)
    return plain(found)


def row(page: str, heading: str) -> str:
    """The row of a table by its heading."""
    rows = [plain(entry) for entry in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)]
    return next(entry for entry in rows if entry.startswith(heading))


def drafted(app: FastAPI, login: str) -> None:
    """Compute January's draft."""
    assert Caller(app, login).post(f"{JANUARY}/entwurf").status_code == 303
    work_ended(app, MONTH)


def approved(app: FastAPI, login: str) -> str:
    """Approve the draft that is looked at; the page afterwards, or the refusal."""
    caller = Caller(app, login)
    page = caller.get(f"{JANUARY}/freigabe").text
    (digest,) = re.findall(r'name="entwurf" value="([^"]+)"', page)
    answer = caller.post(f"{JANUARY}/freigabe", entwurf=digest)
    work_ended(app, MONTH)
    return answer.text if answer.status_code == 409 else caller.get(JANUARY).text


def total(workspace: Settled) -> Decimal:
    """What Freiberg is charged for January."""
    (path,) = (workspace.outputs / "mittelsachsen" / MONTH).glob(f"Kommunen/{FREIBERG}-*/Abrechnung-*.xlsx")
    return statement_total(openpyxl.load_workbook(path, data_only=True))


def december_number(app: FastAPI) -> str:
    """The number of Freiberg's document, from the link that leads to its reversal."""
    page = Caller(app, "eva").get(f"/mittelsachsen/2024-12/{FREIBERG}").text
    (number,) = re.findall(rf'{ORDERS}/storno\?kommune={FREIBERG}&amp;beleg=([^"]+)"', page)
    return str(number)


def journal(workspace: Settled) -> list[str]:
    location = find_location(workspace.inputs, workspace.outputs, "mittelsachsen")
    return [f"{entry.act} {entry.name} {entry.account} {entry.subject}" for entry in entries(location.ledger)]


def test_a_manual_line_waits_is_drafted_and_booked_once_another_person_approves(
    app: FastAPI, workspace: Settled
) -> None:
    """January: 91.25 h × 0.80 = 73.00, and 12.40 proven; 12.50 credited: 72.90."""
    frida = Caller(app, "frida")
    said = frida.post(f"{ORDERS}/buchung", **LINE)
    assert said.status_code == 200
    assert "Vorgemerkt: manuelle Buchung, Beleg FK-17." in said.text
    waiting = row(said.text, "Manuelle Buchung, Beleg FK-17")
    assert "Freiberg, Stadt (14522180) Januar 2025 zugunsten 12,50 € Fahrtkosten doppelt erhoben Frida Beispiel" in waiting  # fmt: skip
    assert re.search(r"Frida Beispiel \d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr wartet", waiting)
    assert journal(workspace)[-1] == "adjustment Frida Beispiel frida FK-17"
    overview = plain(Caller(app, "eva").get("/").text)
    assert "1 Anordnung wartet auf die Freigabe durch eine zweite Person" in overview
    assert "Beleg FK-17, angeordnet von Frida Beispiel" in overview
    assert "im Entwurf noch nicht enthalten, bitte neu rechnen" in plain(Caller(app, "eva").get(JANUARY).text)
    assert "Nicht darin, weil erst danach angeordnet" in plain(Caller(app, "freya").get(f"{JANUARY}/freigabe").text)

    drafted(app, "eva")
    assert total(workspace) == Decimal("72.90")
    assert "im Entwurf Januar 2025" in row(frida.get(ORDERS).text, "Manuelle Buchung, Beleg FK-17")
    refused = approved(app, "frida")
    assert "Frida Beispiel" in alert(refused) and "zweite Person" in alert(refused)
    assert "angeordnet von Frida Beispiel: Fahrtkosten doppelt erhoben" in plain(refused)
    assert "freigegeben am" in plain(approved(app, "freya"))
    booked = row(Caller(app, "paul").get("/mittelsachsen/pruefung").text, "Manuelle Buchung, Beleg FK-17")
    assert re.search(r"Frida Beispiel .* Uhr gebucht Januar 2025 Freya Beispiel$", booked)
    assert "Nichts wartet." in frida.get(ORDERS).text
    assert "wartet auf die Freigabe" not in frida.get("/").text
    check_sums(workspace.outputs / "mittelsachsen" / MONTH)
    too_late = frida.post(f"{ORDERS}/zurueckziehen", **ROW, grund="Irrtum")
    assert (too_late.status_code, "schon gebucht" in alert(too_late.text)) == (409, True)
    assert "„Manuelle Buchung“" in alert(too_late.text)


def test_an_amount_is_charged_where_that_is_chosen(app: FastAPI, workspace: Settled) -> None:
    """73.00 + 12.40 + 1,234.50 = 1,319.90."""
    Caller(app, "eva").post(f"{ORDERS}/buchung", **LINE | {"richtung": "zulasten", "betrag": " 1.234,50 € "})
    drafted(app, "eva")
    assert total(workspace) == Decimal("1319.90")


@pytest.mark.parametrize("voucher", ["Rechnung 17", "FK-17 2025-01-31"])
def test_a_voucher_of_several_words_stands_on_the_statement_as_it_is(app: FastAPI, voucher: str) -> None:
    Caller(app, "eva").post(f"{ORDERS}/buchung", **LINE | {"beleg": voucher})
    drafted(app, "eva")
    answer = Caller(app, "eva").get(f"{JANUARY}/{FREIBERG}")
    assert answer.status_code == 200
    assert f"<br>{voucher}</td>" in answer.text


def test_an_order_is_withdrawn_with_the_draft_that_has_it_in_it(app: FastAPI, workspace: Settled) -> None:
    eva = Caller(app, "eva")
    eva.post(f"{ORDERS}/buchung", **LINE)
    drafted(app, "eva")
    without_reason = eva.post(f"{ORDERS}/zurueckziehen", **ROW, grund=" ")
    assert (without_reason.status_code, alert(without_reason.text)) == (
        409,
        "Der Grund ist leer. Bitte in einem Satz angeben; er wird aufbewahrt und gedruckt.",
    )
    assert '<details class="plain" open>' in without_reason.text
    stale = eva.post(f"{ORDERS}/zurueckziehen", **ROW | {"betrag": "1250"}, grund="Doppelt erfasst")
    assert "Vorgemerkt ist unter Beleg FK-17 der Betrag -12,50 €, nicht 12,50 €." in alert(stale.text)
    assert 'value="Doppelt erfasst"' in stale.text
    assert (workspace.outputs / "mittelsachsen" / MONTH).is_dir()

    said = eva.post(f"{ORDERS}/zurueckziehen", **ROW, grund="Doppelt erfasst")
    assert "Der Entwurf für Januar 2025 beruhte darauf und ist verworfen; bitte neu rechnen." in said.text
    assert "zurückgezogen von Eva Beispiel: Doppelt erfasst –" in row(said.text, "Manuelle Buchung, Beleg FK-17")
    assert not (workspace.outputs / "mittelsachsen" / MONTH).exists()
    assert journal(workspace)[-1] == "withdrawal Eva Beispiel eva FK-17"
    again = eva.post(f"{ORDERS}/zurueckziehen", **ROW, grund="Doppelt erfasst")
    assert "ist nicht vorgemerkt" in alert(again.text)
    drafted(app, "eva")
    assert total(workspace) == Decimal("85.40")


def test_a_document_is_reversed_from_its_own_page_and_settled_anew(app: FastAPI, workspace: Settled) -> None:
    """December's 66.25 h × 0.80 = 53.00 go back with the Storno and come again: 85.40 + 53.00 = 138.40."""
    number = december_number(app)
    eva = Caller(app, "eva")
    form = eva.get(f"{ORDERS}/storno?kommune={FREIBERG}&beleg={number}").text
    assert f'<option value="{number}" selected>{number} · Dezember 2024 · Rechnung · 53,00 €</option>' in form
    without_reason = eva.post(f"{ORDERS}/storno", kommune=FREIBERG, beleg=number, grund="")
    assert "Der Grund ist leer." in alert(without_reason.text)
    assert f'<option value="{number}" selected>' in without_reason.text
    said = eva.post(f"{ORDERS}/storno", kommune=FREIBERG, beleg=number, grund="Falsche Anschrift")
    assert f"Vorgemerkt: Storno des Belegs {number} an Freiberg, Stadt." in said.text
    assert "Dezember 2024 zugunsten 53,00 € Falsche Anschrift Eva Beispiel" in row(said.text, f"Storno von {number}")
    again = eva.post(f"{ORDERS}/storno", kommune=FREIBERG, beleg=number, grund="Noch einmal")
    assert "Soll er entfallen: „Zurückziehen“." in alert(again.text)
    assert 'value="Noch einmal"' in again.text
    assert "schon für den nächsten Entwurf vorgemerkt" in plain(eva.get(f"{ORDERS}/storno?kommune={FREIBERG}").text)

    drafted(app, "eva")
    assert total(workspace) == Decimal("138.40")
    month = eva.get("/mittelsachsen/2025-01").text
    assert row(month, "Stornos") == "Stornos -53,00 €"
    posted = row(month, "Zusammen mit Stornos").split()[-2:]
    assert row(eva.get("/").text, "Januar 2025").split()[-3:-1] == posted  # where one begins stands the same sum
    assert "Storno." in row(month, f"{FREIBERG} Freiberg")
    assert f"mit Stornos {' '.join(posted)}" in plain(Caller(app, "freya").get("/mittelsachsen/2025-01/freigabe").text)
    assert "freigegeben am" in plain(approved(app, "freya"))
    assert call("verify", *workspace.where).code == 0
    booked = row(eva.get(ORDERS).text, "Storno AGH-")
    assert f"von {number} Freiberg" in booked and booked.endswith("gebucht Januar 2025 Freya Beispiel")
    assert "bereits storniert" in plain(eva.get(f"{ORDERS}/storno?kommune={FREIBERG}").text)


def test_a_reversal_is_withdrawn(app: FastAPI, workspace: Settled) -> None:
    number, eva = december_number(app), Caller(app, "eva")
    eva.post(f"{ORDERS}/storno", kommune=FREIBERG, beleg=number, grund="Falsche Anschrift")
    order = {"art": "storno", "kommune": FREIBERG, "monat": "2024-12", "beleg": number, "betrag": "-5300"}
    said = eva.post(f"{ORDERS}/zurueckziehen", **order, grund="Anschrift stimmt doch")
    assert f"Zurückgezogen: Storno von {number} über 53,00 €, angeordnet von Eva Beispiel." in said.text
    drafted(app, "eva")
    assert total(workspace) == Decimal("85.40")


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"kommune": ""}, "kommune", "Unter „Kommune“ ist nichts gewählt. Bitte dort eine Angabe wählen."),
        ({"kommune": "05358008"}, "kommune", "Der Gemeindeschlüssel 05358008 gehört nicht zum Programm. Bitte den Schlüssel prüfen."),
        ({"monat": ""}, "monat", "Unter „Leistungsmonat“ ist nichts gewählt."),
        ({"monat": "2024-11"}, "monat", "November 2024 liegt vor dem Beginn des Programms"),
        ({"richtung": "beides"}, None, "Unter „Wer zahlt“ ist nichts gewählt."),
        ({"betrag": "-12,50"}, "betrag", "„-12,50“ ist kein Betrag ohne Vorzeichen. Bitte mit „Betrag“ einen Betrag über 0 wie 12,50 oder 1.234,50 angeben"),
        ({"betrag": "0"}, "betrag", "„0“ ist kein Betrag ohne Vorzeichen."),
        ({"betrag": "1.000"}, "betrag", "mit Tausenderpunkt nur, wenn auch die Cent dastehen"),
        ({"beleg": " "}, "beleg", "Der Beleg ist leer. Bitte mit „Beleg“ die Nummer des Belegs nennen."),
        ({"grund": "\u200b"}, "grund", "Der Grund ist leer."),
    ],
)  # fmt: skip
def test_what_cannot_be_ordered_is_said_with_field_and_mend_and_stays_typed(
    app: FastAPI, workspace: Settled, wrong: dict[str, str], field: str | None, told: str
) -> None:
    before, typed = journal(workspace), LINE | wrong
    answer = Caller(app, "eva").post(f"{ORDERS}/buchung", **typed)
    assert answer.status_code == 409
    assert told in alert(answer.text)
    for name in ("betrag", "beleg", "grund"):
        assert f'name="{name}" value="{typed[name]}"' in answer.text
    for name in ("kommune", "monat"):
        chosen = f'<option value="{typed[name]}" selected>'
        assert (chosen in answer.text) == (typed[name] in (FREIBERG, MONTH))
    invalid = re.findall(r'<(?:select|input) id="(\w+)"[^>]* aria-invalid="true"', answer.text)
    assert invalid == ([field] if field else [])
    assert journal(workspace) == before


def test_a_voucher_counts_once_for_a_municipality_and_month(app: FastAPI, workspace: Settled) -> None:
    """Whoever sends a form twice orders once."""
    eva = Caller(app, "eva")
    eva.post(f"{ORDERS}/buchung", **LINE)
    answer = eva.post(f"{ORDERS}/buchung", **LINE)
    assert alert(answer.text) == f"Den Beleg FK-17 gibt es für {FREIBERG} im Januar 2025 schon. Bitte einen anderen Beleg nennen."  # fmt: skip
    assert len([entry for entry in journal(workspace) if entry.startswith("adjustment")]) == 1


def test_when_an_order_was_given_is_told_where_the_journal_tells_it_of_this_order_alone(app: FastAPI) -> None:
    """Two municipalities with one voucher; once one is withdrawn, nobody can say which entry was the other's."""
    eva, flöha = Caller(app, "eva"), LINE | {"kommune": "14522140"}
    eva.post(f"{ORDERS}/buchung", **LINE)
    both = eva.post(f"{ORDERS}/buchung", **flöha).text
    assert len(re.findall(r"Eva Beispiel \d\d\.\d\d\.\d{4}", plain(both))) == 2
    one = eva.post(f"{ORDERS}/zurueckziehen", **ROW, grund="Irrtum").text
    assert not re.search(r"Eva Beispiel \d\d\.\d\d\.\d{4}", plain(one))
    eva.post(f"{ORDERS}/buchung", **LINE | {"beleg": "FK-18"})
    eva.post(f"{ORDERS}/zurueckziehen", **ROW | {"beleg": "FK-18"}, grund="Irrtum")
    again = eva.post(f"{ORDERS}/buchung", **LINE | {"beleg": "FK-18"}).text
    assert len(re.findall(r"Eva Beispiel \d\d\.\d\d\.\d{4}", plain(again))) == 2  # the withdrawn one and the new one


def test_an_auditor_reads_and_orders_nothing(app: FastAPI) -> None:
    Caller(app, "eva").post(f"{ORDERS}/buchung", **LINE)
    page = Caller(app, "paul").get(ORDERS).text
    assert "Beleg FK-17" in page
    assert f'action="{ORDERS}' not in page


def test_looking_changes_nothing(app: FastAPI, workspace: Settled) -> None:
    eva, before = Caller(app, "frida"), journal(workspace)
    for path in (ORDERS, f"{ORDERS}/storno?kommune={FREIBERG}", "/mittelsachsen/jahresabschluss?jahr=2024", "/mittelsachsen/jahresabschluss?oeffnen=2024", "/mittelsachsen/eroeffnungssalden", "/mittelsachsen/bescheinigungen"):  # fmt: skip
        assert eva.get(path).status_code == 200
    assert journal(workspace) == before
    assert not list((workspace.outputs / "mittelsachsen").glob("*-Bescheinigungen"))
