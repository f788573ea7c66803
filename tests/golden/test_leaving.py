"""Municipalities that leave, merge, or vanish from the programme file (RULES section 7.8), by the office's own commands."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.command import contents
from tests.golden.office import Office, table
from tests.golden.sums import check_sums, statement_total

FREIBERG, FRANKENBERG = "14522180", "14522150"
TOWNS = {FREIBERG: "Freiberg", FRANKENBERG: "Frankenberg"}


def programme_text(office: Office) -> str:
    return (office.inputs / "programme.toml").read_text(encoding="utf-8")


def block_of(office: Office, ags: str) -> str:
    return next(block for block in programme_text(office).split("[[municipality]]") if f'ags = "{ags}"' in block)


def leave(office: Office, ags: str, lines: str) -> None:
    block = block_of(office, ags)
    office.change(office.inputs / "programme.toml", block, f"{block.rstrip()}\n{lines}\n\n")


@pytest.fixture(scope="module")
def february(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both towns settled and approved up to February."""
    office = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", TOWNS)
    for month, on in (("2024-12", "2025-01-15"), ("2025-01", "2025-02-15"), ("2025-02", "2025-03-15")):
        office.settle(month)
        office.approve(month, on)
    return office.folder


@pytest.fixture
def office(february: Path, tmp_path: Path) -> Office:
    return Office(Path(shutil.copytree(february, tmp_path / "office")), "mittelsachsen")


def test_a_municipality_with_postings_cannot_be_removed(office: Office) -> None:
    """Refused by name, before anything is stored; with the block back, everything goes on."""
    block = block_of(office, FRANKENBERG)
    before = contents(office.outputs)
    office.change(office.inputs / "programme.toml", f"[[municipality]]{block}", "")
    for command in (
        ("settle", "2025-03", "--direct", "--by", "Eva"), ("forms", "2025-03"), ("emit", "2025-02"), ("certificates", "2025-02"),
        ("status",), ("report", "--as-of", "2025-02-28"), ("calibrate",), ("close", "2024", "--by", "Eva"),
        ("adjust", FREIBERG, "1,00", "--month", "2025-02", "--reason", "R", "--voucher", "V", "--by", "Olga"),
    ):  # fmt: skip
        said = office.refused(*command)
        assert "14522150 (Frankenberg/Sa., Stadt)" in said or "[savings]" in said, command
    assert contents(office.outputs) == before
    assert "alles stimmt" in office.done("verify")
    text = programme_text(office)
    (office.inputs / "programme.toml").write_text(f"{text.rstrip()}\n\n[[municipality]]{block}", encoding="utf-8")
    office.settle("2025-03")


def test_one_with_an_accepted_return_or_an_order_alone_cannot_be_removed_either(tmp_path: Path) -> None:
    """Frankenberg's December is not in; a manual line of 12.34 waits."""
    office = Office.opened(tmp_path, "mittelsachsen", TOWNS)
    (office.inputs / "returns/2024-12/Frankenberg_2024-12.xlsx").unlink()
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    office.done("adjust", FRANKENBERG, "12,34", "--month", "2024-12", "--reason", "R", "--voucher", "V", "--by", "Olga")
    office.change(office.inputs / "programme.toml", f"[[municipality]]{block_of(office, FRANKENBERG)}", "")
    assert "14522150 (Frankenberg/Sa., Stadt)" in office.refused("settle", "2025-01", "--direct", "--by", "Eva")


def test_one_that_left_is_asked_for_nothing_and_its_late_differences_settle(office: Office) -> None:
    """Frankenberg's last month is February, whose Korrektur comes in March, with a return for March.

    FRB-02: 74 h instead of 61.50 h, 12.50 h × 0.80 = 10.00 more; FRB-03 withdrawn: 19.20 less; together −9.20.
    """
    leave(office, FRANKENBERG, 'until = "2025-02"')
    assert "1 Meldeformular für" in office.done("forms", "2025-03")
    assert "2 Meldeformulare für" in office.done("forms", "2025-02")
    answer = office.call("settle", "2025-03", "--direct", "--by", "Eva")
    assert answer.code == 1
    held_back = pl.read_csv(office.outputs / "2025-03/findings.csv").filter(severity="error")
    assert held_back.select("file", "code").rows() == [("Frankenberg_2025-03.xlsx", "F08")]
    assert "ihr letzter Monat war Februar 2025" in held_back["message"][0]
    (office.inputs / "returns/2025-03/Frankenberg_2025-03.xlsx").unlink()
    assert "Ohne übernommene Meldung" not in office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")
    statement = office.statement(FRANKENBERG, "2025-03")
    assert statement_total(statement) == Decimal("-9.20")
    letter = [str(value) for row in statement["Anschreiben"].values for value in row]
    assert any("keine Meldung mehr erwartet" in text for text in letter)
    assert "Frankenberg/Sa., Stadt" in letter
    check_sums(office.outputs / "2025-03")
    (office.inputs / "returns/2025-04/Frankenberg_2025-04.xlsx").unlink(missing_ok=True)
    assert "Ohne übernommene Meldung" not in office.settle("2025-04")
    office.approve("2025-04", "2025-05-15")
    assert not list((office.outputs / "2025-04/Kommunen").glob(f"{FRANKENBERG}-*"))
    assert table(office.overview("2025-04"), "Ausstehend", 0, 2) == []
    office.done("report", "2025-Q1", "--direct")
    rows = pl.read_parquet(office.outputs / "2025-Q1/indicators.parquet")
    missing = rows.filter(indicator="returns_missing", dimension="")["value"].to_list()
    assert set(missing) == {0.0}  # Freiberg's three months and Frankenberg's two are all in


def test_what_is_settled_later_goes_to_the_successor(office: Office) -> None:
    """As above, −9.20; but Frankenberg has become part of Freiberg, which is credited under its own account."""
    leave(office, FRANKENBERG, f'until = "2025-02"\nsuccessor = "{FREIBERG}"')
    (office.inputs / "returns/2025-03/Frankenberg_2025-03.xlsx").unlink()
    office.settle("2025-03")
    office.approve("2025-03", "2025-04-15")
    lines = pl.read_parquet(office.outputs / "2025-03/lines.parquet").filter(pl.col("delta_cents") != 0)
    assert lines.filter(ags=FRANKENBERG)["delta_cents"].sum() == -9_20  # the line key keeps the municipality
    statement = office.statement(FRANKENBERG, "2025-03")
    assert statement_total(statement) == Decimal("-9.20")
    letter = [str(value) for row in statement["Anschreiben"].values for value in row]
    assert "Freiberg, Stadt" in letter
    assert "Frankenberg/Sa., Stadt (AGS 14522150)" in letter
    opening = letter.index("Sehr geehrte Damen und Herren,")
    told = [text for text in letter[opening + 1 :] if text != "None"]
    assert told[0].startswith("wir haben den Monat März 2025 mit Ihnen abgerechnet.")
    assert told[1] == "Diese Abrechnung betrifft Frankenberg/Sa., Stadt (AGS 14522150), deren Rechtsnachfolge Ihre Kommune angetreten hat."  # fmt: skip
    (number,) = office.numbers(FRANKENBERG, "2025-03")
    (invoice,) = (office.outputs / "2025-03/Kommunen").glob(f"{FRANKENBERG}-*/{number}.xml")
    own, heir = (block_of(office, ags) for ags in (FRANKENBERG, FREIBERG))
    told = invoice.read_text(encoding="utf-8")
    for key in ("buyer_reference", "debtor"):
        assert value_of(heir, key) in told, key
        assert value_of(own, key) not in told, key
    assert "Dieses Dokument betrifft Frankenberg/Sa., Stadt (AGS 14522150), deren Rechtsnachfolge Freiberg, Stadt angetreten hat." in told  # fmt: skip
    assert "Februar 2025, Frankenberg/Sa., Stadt (Berichtigung)" in told
    for sheet in ("Übersicht", "Buchungen"):
        legend = [str(value) for row in office.overview("2025-03")[sheet].values for value in row]
        assert "Die Rechtsnachfolge von Frankenberg/Sa., Stadt hat Freiberg, Stadt angetreten: Das Dokument geht dorthin, und das Personenkonto ist das von Freiberg, Stadt." in legend, sheet  # fmt: skip
    text = (office.outputs / "2025-03/Buchungen-2025-03.csv").read_text(encoding="utf-8-sig")
    debtors = {
        row["Gemeindeschlüssel"]: row["Personenkonto"] for row in csv.DictReader(text.splitlines(), delimiter=";")
    }
    assert debtors == dict.fromkeys((FREIBERG, FRANKENBERG), value_of(heir, "debtor"))
    check_sums(office.outputs / "2025-03")
    before = contents(office.outputs / "2025-03")
    office.done("emit", "2025-03")
    assert contents(office.outputs / "2025-03") == before


def value_of(block: str, key: str) -> str:
    return next(line.split('"')[1] for line in block.splitlines() if line.startswith(f"{key} "))
