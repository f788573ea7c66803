"""Orders of the cash office that are withdrawn: before a draft, with the draft that has them in it, never once approved."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.golden.office import Office
from tests.golden.sums import statement_total

FREIBERG, FRANKENBERG = "14522180", "14522150"
TOWNS = {FREIBERG: "Freiberg", FRANKENBERG: "Frankenberg"}
BY = ("--by", "Olga")
VOUCHER = ("--month", "2025-01", "--voucher", "V-1")


@dataclass
class Life:
    """What was said on the way from a wrong order to an approved month without it."""

    office: Office
    number: str = ""
    said: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """A manual line of 12.34 instead of 21.34, and a reversal that nobody wants any more once the draft is there."""
    office = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", TOWNS)
    life, said = Life(office), {}
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    (life.number,) = office.numbers(FREIBERG, "2024-12")
    order = ("adjust", FREIBERG, "12,34", *VOUCHER, "--reason", "laut Bescheid", *BY)
    office.done(*order)
    said["other amount"] = office.refused("adjust", FREIBERG, "1,00", *VOUCHER, "--reason", "R", *BY, "--withdraw")
    said["waiting"] = office.done("status")
    said["line"] = office.done("adjust", FREIBERG, *VOUCHER, "--reason", "Zahlendreher", "--by", "Eva", "--withdraw")
    office.done("adjust", FREIBERG, "21,34", *order[3:])
    cancel = ("cancel", life.number, "--reason", "Falsche Anschrift", *BY)
    office.done(*cancel)
    said["waiting again"] = office.refused(*cancel)
    office.settle("2025-01")
    said["drafted"] = office.done("status")
    said["drafted again"] = office.refused(*cancel)
    said["reversal"] = office.done("cancel", life.number, "--reason", "Anschrift stimmt doch", *BY, "--withdraw")
    said["documents"] = str((office.outputs / "2025-01").exists())
    said["no draft"] = office.refused("approve", "2025-01", "--by", "Frida", "--date", "2025-02-15")
    said["draft"] = office.settle("2025-01")
    said["approved"] = office.approve("2025-01", "2025-02-15")
    said["posted"] = office.done("status")
    said["too late"] = office.refused("adjust", FREIBERG, *VOUCHER, "--reason", "R", *BY, "--withdraw")
    life.said = said
    return life


def notes(life: Life) -> str:
    rows = life.office.overview("2025-01")["Hinweise"].iter_rows(values_only=True)
    return next(str(text) for label, text, *_ in rows if label == "Zurückgezogen")


def test_a_line_is_withdrawn_before_any_draft_and_ordered_again_with_the_same_voucher(life: Life) -> None:
    assert life.said["line"].startswith("Zurückgezogen: manuelle Buchung über 12,34 € für 14522180, Januar 2025, Beleg V-1, angeordnet von Olga.")  # fmt: skip
    assert "verworfen" not in life.said["line"]
    # January: 91.25 h × 0.80 = 73.00 and 12.40 proven at a municipal place; the manual line 21.34
    assert statement_total(life.office.statement(FREIBERG, "2025-01")) == Decimal("106.74")


def open_orders(life: Life, when: str) -> list[str]:
    """What `status` says below its table, without where it was asked."""
    return [line.split(" --programme ")[0] for line in life.said[when].splitlines() if "angeordnet" in line]


def test_the_status_names_open_orders_and_how_each_is_withdrawn(life: Life) -> None:
    line = f"Manuelle Buchung über {{}} € für Freiberg, Stadt ({FREIBERG}), Januar 2025, Beleg V-1, angeordnet von Olga (Grund: laut Bescheid). Zurückziehen: „placement-premium adjust {FREIBERG} --month 2025-01 --voucher V-1 --withdraw --reason GRUND --by NAME"  # fmt: skip
    reversal = f"Storno von {life.number} an Freiberg, Stadt ({FREIBERG}), angeordnet von Olga (Grund: Falsche Anschrift). Zurückziehen: „placement-premium cancel {life.number} --withdraw --reason GRUND --by NAME"  # fmt: skip
    assert open_orders(life, "waiting") == [f"Vorgemerkt für den nächsten Entwurf: {line.format('12,34')}"]
    assert open_orders(life, "drafted") == [
        f"Im Entwurf für Januar 2025: {line.format('21,34')}", f"Im Entwurf für Januar 2025: {reversal}",
    ]  # fmt: skip
    assert open_orders(life, "posted") == []


def test_the_draft_that_has_the_order_in_it_goes_with_its_documents(life: Life) -> None:
    assert life.said["reversal"].startswith(f"Zurückgezogen: Storno des Belegs {life.number}, angeordnet von Olga.")
    assert "Der Entwurf für Januar 2025 beruhte darauf und ist verworfen. Weiter: „placement-premium settle 2025-01 --programme mittelsachsen" in life.said["reversal"]  # fmt: skip
    assert life.said["documents"] == "False"
    assert "Für Januar 2025 gibt es keinen Entwurf." in life.said["no draft"]
    assert "Storniert" not in life.said["draft"] + life.said["approved"]
    assert len(life.office.numbers(FREIBERG, "2025-01")) == 1


def test_who_withdrew_what_and_why_stays(life: Life) -> None:
    assert notes(life).splitlines() == [
        "Manuelle Buchung über 12,34 € für Freiberg, Stadt (14522180), Januar 2025, Beleg V-1, angeordnet von Olga (Grund: laut Bescheid), vor der Freigabe zurückgezogen von Eva. Grund: Zahlendreher.",
        f"Storno von {life.number} an Freiberg, Stadt (14522180), angeordnet von Olga (Grund: Falsche Anschrift), vor der Freigabe zurückgezogen von Olga. Grund: Anschrift stimmt doch.",
    ]  # fmt: skip
    life.office.done("emit", "2025-01")
    assert len(notes(life).splitlines()) == 2


def test_a_reversal_is_ordered_once(life: Life) -> None:
    withdraw = f"Soll er entfallen: „placement-premium cancel {life.number} --withdraw --reason GRUND --by NAME"
    for when, where in (("waiting again", "für den nächsten Entwurf vorgemerkt"), ("drafted again", "im Entwurf für Januar 2025")):  # fmt: skip
        said = life.said[when]
        assert said.startswith(
            f"Der Storno des Belegs {life.number} ist schon {where}, angeordnet von Olga. {withdraw}"
        )


def test_what_is_approved_stays(life: Life) -> None:
    assert "Eine manuelle Buchung mit Beleg V-1 für 14522180 im Januar 2025 ist schon gebucht (freigegeben mit Januar 2025). Freigegebenes wird nicht mehr geändert." in life.said["too late"]  # fmt: skip
    assert "„placement-premium adjust AGS BETRAG" in life.said["too late"]


def test_another_amount_is_another_order(life: Life) -> None:
    assert "Vorgemerkt ist unter Beleg V-1 der Betrag 12,34 €, nicht 1,00 €." in life.said["other amount"]


def test_a_reversal_that_is_posted_stays(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, "mittelsachsen", TOWNS)
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    (number,) = office.numbers(FREIBERG, "2024-12")
    office.done("cancel", number, "--reason", "Falsche Anschrift", *BY)
    office.settle("2025-01")
    office.approve("2025-01", "2025-02-15")
    said = office.refused("cancel", number, "--reason", "R", *BY, "--withdraw")
    assert said.startswith(f"Der Storno des Belegs {number} ist schon gebucht (freigegeben mit Januar 2025).")
    # January's documents: reversals first, then Frankenberg and Freiberg
    storno, anew = office.numbers(FREIBERG, "2025-01")
    assert office.refused("cancel", number, "--reason", "R", *BY) == (
        f"Der Beleg {number} ist bereits storniert, mit dem Storno {storno} vom 15.02.2025. Was davon weiterhin gilt, "
        f"ist mit {anew} neu abgerechnet; ist daran etwas falsch, bitte {anew} nennen.\n"
    )
    assert "Vorgemerkt: Storno" in office.done("cancel", anew, "--reason", "R", *BY)
