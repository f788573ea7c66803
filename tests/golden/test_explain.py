"""Explaining a case: worked figures of the rulebook through real returns, settled with the command, then printed."""

import csv
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.months import later
from tests.command import contents
from tests.golden.explained import (
    ALDENHOVEN,
    DUEREN,
    FIGURE_1,
    FIGURE_7,
    FIGURE_8,
    FREIBERG,
    LAW,
    asked,
    benefit,
    derived,
    make,
    opportunity,
    placement,
    printed,
    section,
    send,
    settle,
    steps,
)


@pytest.fixture(scope="module")
def figure_1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RULES worked figures 1, 4 and 9: two approved runs and a draft; the case of interest is the sheet's second row."""
    folder = tmp_path_factory.mktemp("figur1")
    inputs = make(folder, "figur1", FIGURE_1)
    begin = date(2016, 4, 1)
    for number, run in enumerate(("2016-05", "2016-05", "2016-08", "2016-08", "2016-08", "2016-09")):
        month = later("2016-04", number)
        other = "F-2002" if month == "2016-04" else "F-0001"
        short_job = {"end": date(2016, 4, 30), "insured": False, "gross_cents": 450_00, "consent_on": date(2016, 4, 2)}
        agh = [
            opportunity("F-3003", "AGH-7", "Kommune", date(2016, 8, 1), date(2016, 8, 5), 12_50),
            opportunity("F-3003", "AGH-7", "Kommune", date(2016, 8, 6), date(2016, 8, 31), 60_00),
        ]  # fmt: skip
        send(
            inputs, "figur1", run, month, DUEREN,
            benefits=[benefit(other), benefit("F-1001")],
            placements=([placement(other, begin, **short_job)] if other == "F-2002" else []) + [placement("F-1001", begin)],
            opportunities=agh if month == "2016-08" else [],
        )  # fmt: skip
    first = placement("F-2002", begin, end=date(2016, 4, 20), employer="Gärtnerei Grün")
    second = placement("F-2002", date(2016, 5, 5), employer="Bauhof Stein")
    for month, placed in (("2016-04", first), ("2016-05", second)):
        send(
            inputs, "figur1", "2016-05", month, ALDENHOVEN,
            benefits=[benefit("F-2002")], placements=[placed], opportunities=[],
        )  # fmt: skip
    settle(folder, "2016-05", "2016-06-10")
    settle(folder, "2016-08", "2016-09-10")
    settle(folder, "2016-09")
    return folder


@pytest.fixture(scope="module")
def figure_7(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RULES worked figure 7, in a draft, by the second block of terms; and a case with a gap too long to bridge."""
    folder = tmp_path_factory.mktemp("figur7")
    inputs = make(folder, "figur7", FIGURE_7)
    jobs = (placement("F-9", date(2024, 4, 1), end=date(2024, 4, 10)), placement("F-9", date(2024, 5, 26)))
    for month, paid, job in (("2024-04", 0, jobs[0]), ("2024-05", 20_00, jobs[1])):
        send(
            inputs, "figur7", "2024-05", month, DUEREN,
            benefits=[benefit("F-9"), benefit("F-7", accommodation_cents=340_00, paid_cents=paid, state_grant=True)],
            placements=[job, placement("F-7", date(2024, 4, 1))],
        )  # fmt: skip
    settle(folder, "2024-05")
    return folder


def test_figure_1_shows_every_amount_of_may(figure_1: Path) -> None:
    lines = printed(figure_1, "f-1001", "2016-05")
    assert lines[0] == "Fall F-1001 · Düren, Stadt (05358008) · Leistungsmonat Mai 2016"
    for line in (
        "= Bedarf 554,00 €",
        "31 Tage × 354,00 €: 01.05.2016 bis 31.05.2016 [2] 10.974,00 €",
        "Grundleistung, Stufe 1: 10.974,00 € : 31 Tage des Monats, gerundet 354,00 €",
        "Unterkunft 200,00 €",
        "25 % des Bruttolohns von 1.500,00 € [3] 375,00 €",
        "höchstens 50 % von 354,00 €: Leistungssatz der Stufe 1 am 01.05.2016 [2, 3] 177,00 €",
        "= Freibetrag: der kleinere Betrag 177,00 €",
        "= Gemeldete Ersparnis: mindestens 0 554,00 €",
        "= Gesetzliche Ersparnis: der kleinere Betrag 554,00 €",
        "= Ersparnis 694,00 €",
        "Mai 2016 31 61 2 694,00 1.388,00 1.110,40 1.110,40 1.110,40",
        "Ersparnis April 2016 bis Mai 2016: beschäftigt ab 01.04.2016, 61 Tage;",
        "= Prämienziel: 80 % der Ersparnis aus Monaten ohne offene Wartezeit 1.110,40 €",
        "= Prämie für Mai 2016 1.110,40 €",
    ):
        assert any(shown.startswith(line) for shown in lines), line
    guarantee = "die Prämien für diesen Fall zusammen 1.110,40 €, seine Ersparnis 1.388,00 €. Die Kommune zahlt damit höchstens, was der"
    assert guarantee in " ".join(lines)


def test_every_condition_shows_its_cell_and_law(figure_1: Path) -> None:
    lines = section(printed(figure_1, "F-1001", "2016-05"), "Beschäftigung ab 01.04.2016")
    for condition, cell in (
        ("Sozialversicherungspflicht erfüllt: ja", "Vermittlungen!G5"),
        ("Vereinbarter Bruttolohn erfüllt: 1.500,00 €; nötig sind mehr als 450,00 €", "Vermittlungen!I5"),
        ("Wochenstunden erfüllt: 38,00; eine Mindestzahl ist nicht vereinbart", "Vermittlungen!H5"),
        ("Aufenthaltsstatus erfüllt: Duldung; Zielgruppe: Aufenthaltsgestattung, Duldung", "Leistungen!D6"),
        ("Zustimmung der Kommune erfüllt: 01.03.2016; nötig ist sie bis zum Beginn 01.04.2016", "Vermittlungen!C5, E5"),
        ("Beschäftigungserlaubnis erfüllt: keine Angabe; nach den Bedingungen nicht nötig", "Vermittlungen!D5"),
        ("Laufzeit des Programms erfüllt: seit 01.11.2015; Beginn 01.04.2016", "Vermittlungen!E5"),
    ):
        at = lines.index(next(line for line in lines if line.startswith(condition)))
        assert f"→ {cell} in Dueren_2016-05.xlsx" in lines[at : at + 3], condition
    assert any(line.startswith("Prämienbedingungen gültig ab 01.11.2015 (Programmdatei)") for line in lines)


def test_cited_law_rows_are_those_of_the_tables(figure_1: Path) -> None:
    text = " ".join(printed(figure_1, "F-1001", "2016-05"))
    for table, valid_from, key in (
        ("minijob_threshold", "2013-01-01", {}),
        ("asylblg_grundleistungen", "2016-03-17", {"bedarfsstufe": "1"}),
        ("income_allowance", "2015-03-01", {"regime": "GRUND_3"}),
    ):
        with (LAW / f"{table}.csv").open(encoding="utf-8") as file:
            row = next(
                row for row in csv.DictReader(file) if row["valid_from"] == valid_from and key.items() <= row.items()
            )
        assert f"{' '.join(row['source'].split())} (inputs/law/{table}.csv)" in text


def test_premiums_of_all_months_follow_figure_1(figure_1: Path) -> None:
    rows = {
        "2016-04": "0,00 €",
        "2016-06": "555,20 €",
        "2016-07": "555,20 €",
        "2016-08": "279,20 €",
        "2016-09": "0,00 €",
    }
    for month, premium in rows.items():
        assert f"Prämie {premium}" in printed(figure_1, "F-1001", month)[:9]
    waiting = printed(figure_1, "F-1001", "2016-04")
    due = next(line for line in waiting if line.startswith("Ersparnis April 2016: beschäftigt ab 01.04.2016, 30 Tage;"))
    assert due.endswith(" 0,00 €")
    assert "noch nicht erreicht" in waiting[waiting.index(due) + 1]
    assert "Höchstbetrag je Fall (Programmdatei) 2.500,00 €" in printed(figure_1, "F-1001", "2016-08")


def test_says_for_which_state_it_speaks_and_what_was_settled(figure_1: Path) -> None:
    lines = printed(figure_1, "F-1001", "2016-05")
    assert lines[2].startswith("Stand: freigegeben bis August 2016, dazu der Entwurf für September 2016 (noch nicht")
    assert "Mai 2016 freigegeben VP-2016-0002 1.110,40 0,00 1.110,40" in lines
    assert "Abgerechnet sind zusammen 1.110,40 €; das ist der hier hergeleitete Betrag." in lines
    assert "Es ergeben sich 0,00 €; eine Buchung ist nicht nötig." in printed(figure_1, "F-1001", "2016-04")


def test_changed_rules_show_the_difference_to_what_was_settled(figure_1: Path, tmp_path: Path) -> None:
    place = tmp_path / "changed"
    shutil.copytree(figure_1, place)
    (place / "inputs/figur1/programme.toml").write_text(FIGURE_1.replace('"0.80"', '"0.50"'), encoding="utf-8")
    text = " ".join(printed(place, "F-1001", "2016-05"))
    assert "Heute ergeben sich 694,00 €, abgerechnet sind 1.110,40 €. Die Differenz von -416,40 € kommt" in text
    assert "zusammen 694,00 € (abgerechnet sind bisher 1.110,40 €; den Unterschied gleicht" in text


def test_bridged_gap_of_figure_9(figure_1: Path) -> None:
    lines = section(printed(figure_1, "F-2002", "2016-05", "--ags", ALDENHOVEN), "Dauer der Beschäftigung")
    assert "Beschäftigt seit 01.04.2016 bis 20.04.2016 bei Gärtnerei Grün" in lines
    assert "→ Vermittlungen!E5, F5 in Aldenhoven_2016-04.xlsx" in lines
    assert any(line.startswith("Überbrückte Lücke 14 Tage (21.04.2016 bis 04.05.2016)") for line in lines)
    assert "Daran anschließend 05.05.2016 bis 31.05.2016 bei Bauhof Stein" in lines
    assert "Dauer bis Monatsende 61 Tage (01.04.2016 bis 31.05.2016)" in lines


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    inputs = make(tmp_path, "figur8", FIGURE_8)
    for month in ("2016-04", "2016-05"):
        rows = {"benefits": [benefit("F-8")], "placements": [placement("F-8", date(2016, 4, 1))]}
        send(inputs, "figur8", month, month, DUEREN, "Meldung.xlsx", **rows)
        settle(tmp_path, month, "2016-06-10" if month == "2016-04" else None)
    lines = printed(tmp_path, "F-8", "2016-04")
    assert "→ Vermittlungen!G5 in Meldung.xlsx (Meldung für April 2016)" in lines
    assert "→ Vermittlungen!B5, E5 in Meldung.xlsx (Meldung für Mai 2016)" in lines
    assert any(
        line.startswith("Meldung.xlsx: Meldung für April 2016, abgerechnet mit April 2016 (freigegeben)")
        for line in lines
    )
    assert any(
        line.startswith("Meldung.xlsx: Meldung für Mai 2016, abgerechnet mit Mai 2016 (Entwurf)") for line in lines
    )


def test_conditions_that_fail_say_why(figure_1: Path) -> None:
    text = " ".join(printed(figure_1, "F-2002", "2016-04", "--ags", DUEREN))
    assert (
        "Sozialversicherungspflicht NICHT ERFÜLLT: nein. Die Beschäftigung ist nicht sozialversicherungspflichtig."
        in text
    )
    assert "NICHT ERFÜLLT: 450,00 €; nötig sind mehr als 450,00 €" in text
    assert "Die Zustimmung der Kommune liegt nach dem Beginn der Beschäftigung." in text
    assert "Noch keine Beschäftigung des Falls ist berechtigt" in text
    assert "Prämie: kein berechtigter Tag im Monat 0,00 €" in text


def test_figure_7_lost_grant_and_terms_of_the_second_block(figure_7: Path) -> None:
    april, may = printed(figure_7, "F-7", "2024-04"), printed(figure_7, "F-7", "2024-05")
    assert "= Bedarf 800,00 €" in april
    assert "= Ersparnis -213,00 €" in april
    assert any(
        line.startswith("abzüglich entgangener Landespauschale: Landespauschale: ja") and line.endswith("-1.013,00 €")
        for line in april
    )
    assert "→ Leistungen!H6, L6 in Dueren_2024-04.xlsx" in april
    assert "= Prämie für April 2024 0,00 €" in april
    assert "Solange ein Fall der Kommune nichts gespart hat, zahlt sie für ihn keine Prämie." in " ".join(april)
    assert "= Ersparnis 780,00 €" in may
    assert "= Ersparnis bis Monatsende: nur zählende Monate 567,00 €" in may
    assert any(line.startswith("= Prämienziel: 80 %") and line.endswith(" 453,60 €") for line in may)
    assert "= Prämie für Mai 2024 453,60 €" in may
    assert any(line.startswith("Prämienbedingungen gültig ab 01.02.2024") for line in may)
    assert any(line.startswith("Stand: noch nichts freigegeben, dazu der Entwurf für Mai 2024") for line in may)
    assert "Abgerechnet sind zusammen 453,60 €, den Entwurf eingeschlossen; das ist" in " ".join(may)


def test_a_gap_too_long_starts_a_new_spell(figure_7: Path) -> None:
    text = " ".join(printed(figure_7, "F-9", "2024-05"))
    assert "die Dauer beginnt von vorn, weil die Lücke davor 45 Tage lang ist; überbrückt werden höchstens 14" in text
    assert "Dauer bis Monatsende 6 Tage (26.05.2024 bis 31.05.2024)" in text


def test_milestones_of_figure_8(tmp_path: Path) -> None:
    inputs = make(tmp_path, "figur8", FIGURE_8)
    for number in range(6):
        month = later("2016-04", number)
        send(
            inputs,
            "figur8",
            "2016-09",
            month,
            DUEREN,
            benefits=[benefit("F-8")],
            placements=[placement("F-8", date(2016, 4, 1))],
        )
    settle(tmp_path, "2016-09")
    may, september = printed(tmp_path, "F-8", "2016-05"), printed(tmp_path, "F-8", "2016-09")
    assert "Stufe 1 50 % nach 42 Tagen: erreicht am 12.05.2016" in may
    assert "Stufe 2 50 % nach 182 Tagen: noch nicht erreicht" in may
    assert "Prämienziel: 50 % von 2.500,00 € 1.250,00 €" in may
    assert "= Prämie für Mai 2016 1.250,00 €" in may
    assert "Stufe 2 50 % nach 182 Tagen: erreicht am 29.09.2016" in september
    assert "Prämienziel: 100 % von 2.500,00 € 2.500,00 €" in september
    assert "= Prämie für September 2016 1.250,00 €" in september


def test_rare_ways_of_a_month(tmp_path: Path) -> None:
    """A cut above the rate, a missing net wage, a breaking change of employer, a status outside the target group."""
    terms = 'employer_change = "breaks"\nstatus_at = "start"\nrequire_work_permit = true\n'
    inputs = make(tmp_path, "figur1", FIGURE_1.replace("[allowance]", f"{terms}\n[allowance]"))
    permit = {"work_permit_on": date(2016, 3, 15)}
    first = placement("S-1", date(2016, 4, 1), end=date(2016, 4, 30), employer="Gärtnerei Grün", **permit)
    second = placement("S-1", date(2016, 5, 1), employer="Bauhof Stein", net_cents=None, **permit)
    side = placement(
        "S-1", date(2016, 5, 2), employer="Imbiss Eck", gross_cents=300_00, gross_month_cents=290_00, **permit
    )
    moved = (
        placement("S-2", date(2016, 4, 1), end=date(2016, 4, 15), employer="Gärtnerei Grün", **permit),
        placement("S-2", date(2016, 4, 16), employer="Bauhof Stein", **permit),
    )
    for month, status, placed in (
        ("2016-04", "Duldung", [first, *moved]),
        ("2016-05", "Sonstige", [second, side, moved[1]]),
    ):
        send(
            inputs, "figur1", "2016-05", month, DUEREN,
            benefits=[benefit("S-1", status=status, cut_cents=500_00), benefit("S-2", status=status)],
            placements=placed, opportunities=[],
        )  # fmt: skip
    settle(tmp_path, "2016-05")
    april, may = (" ".join(printed(tmp_path, "S-1", month)) for month in ("2016-04", "2016-05"))
    assert "Beschäftigungserlaubnis erfüllt: 15.03.2016; nötig ist sie bis zum Beginn 01.04.2016" in april
    assert "Duldung im April 2016, dem ersten abgerechneten Monat der Beschäftigung; Zielgruppe" in april
    assert "gemeldet sind 500,00 €; abgezogen wird -354,00 €" in april
    assert "= Bedarf 200,00 €" in april
    assert "Nettolohn im Monat: ein Nettolohn fehlt –" in may
    assert "Gesetzliche Ersparnis: nicht zu berechnen, weil ein Nettolohn fehlt –" in may
    assert "Imbiss Eck, Beginn 02.05.2016 290,00 € → Vermittlungen!J6" in may
    assert "= Bruttolohn im Monat 1.790,00 €" in may
    assert "Aufenthaltsstatus NICHT ERFÜLLT: Sonstige im Mai 2016" in may
    moved_on = " ".join(printed(tmp_path, "S-2", "2016-05"))
    assert (
        "die Dauer beginnt von vorn, weil der Arbeitgeber wechselte Beschäftigt seit 16.04.2016 bis 31.05.2016"
        in moved_on
    )
    assert (
        "Ersparnis: der Status Sonstige im Mai 2016 gehört nicht zur Zielgruppe; eine 0,00 € andere Behörde" in moved_on
    )
    assert "der Monat zählt nicht, weil seine Ersparnis 0,00 € ist" in moved_on


def test_work_opportunities_of_figure_4(figure_1: Path) -> None:
    """12.5 h at 1.05 until 5 August, 60 h at 0.80 after; by default the municipality pays out what it bears."""
    lines = printed(figure_1, "F-3003", "2016-08")
    assert "Mehraufwandsentschädigung: 12,50 Stunden × 1,05 € je Stunde [1] 13,13 €" in lines
    assert "Mehraufwandsentschädigung: 60,00 Stunden × 0,80 € je Stunde [2] 48,00 €" in lines
    assert "Abzurechnen: nichts 0,00 €" in lines
    assert "= Arbeitsgelegenheiten zusammen 0,00 €" in lines
    text = " ".join(lines)
    assert "gültig ab 01.01.2013 bis 05.08.2016: GitHub bundestag/gesetze" in text


def test_work_opportunities_of_mittelsachsen(tmp_path: Path) -> None:
    """37.5 h at 0.80 are 30.00, with 5.40 expense 35.40 to the municipality; the county's own 20 h are shown, not owed."""
    shutil.copytree(LAW, tmp_path / "inputs/law")
    (tmp_path / "inputs/mittelsachsen").mkdir()
    shutil.copy("inputs/mittelsachsen/programme.toml", tmp_path / "inputs/mittelsachsen")
    rows = [
        opportunity("FG-1", "FG-03", "Kommune", date(2025, 1, 1), date(2025, 1, 15), 37_50, expense_cents=5_40),
        opportunity("FG-1", "FG-04", "Gemeinschaftseinrichtung", date(2025, 1, 16), date(2025, 1, 31), 20_00),
    ]
    send(tmp_path / "inputs", "mittelsachsen", "2025-01", "2025-01", FREIBERG, opportunities=rows)
    settle(tmp_path, "2025-01")
    lines = printed(tmp_path, "FG-1", "2025-01")
    for line in (
        "Mehraufwandsentschädigung: 37,50 Stunden × 0,80 € je Stunde [1] 30,00 €",
        "→ Arbeitsgelegenheiten!G5 in Freiberg_2025-01.xlsx",
        "Nachgewiesener höherer Mehraufwand 5,40 €",
        "→ Arbeitsgelegenheiten!H5 in Freiberg_2025-01.xlsx",
        "= Kosten 35,40 €",
        "Abzurechnen: zulasten der Kommune 35,40 €",
        "= Kosten 16,00 €",
        "Abzurechnen: nichts 0,00 €",
        "= Arbeitsgelegenheiten zusammen 35,40 €",
        "Januar 2025 Entwurf – 30,00 0,00 30,00",
    ):
        assert line in lines, line
    assert "(inputs/law/agh_allowance.csv)" in " ".join(lines)


@pytest.mark.parametrize("case, ags", [("F-1001", DUEREN), ("F-2002", DUEREN), ("F-2002", ALDENHOVEN)])
def test_shown_pieces_add_up_to_the_figures_of_the_settlement(figure_1: Path, case: str, ags: str) -> None:
    settled = pl.read_parquet(figure_1 / "outputs/figur1/2016-09/cases.parquet").filter(case_id=case, ags=ags)
    assert settled.height
    for row in settled.iter_rows(named=True):
        derivation = derived(figure_1, case, row["service_month"], ags)
        shown = {step.label: step for step in steps(derivation)}
        assert all(step.adds_up() for step in shown.values())
        need = (
            shown["Bedarf"]
            if shown["Bedarf"].parts
            else next(step for step in steps(derivation) if step.label == "Bedarf" and step.parts)
        )
        assert sum(part.cents or 0 for part in need.parts) == need.cents == row["need_cents"]
        rate = need.parts[0]
        assert round(sum(piece.cents or 0 for piece in rate.parts) / rate.divisor) == rate.cents
        assert shown["Freibetrag"].cents == row["relief_cents"]
        assert shown["Gemeldete Ersparnis"].cents == row["saved_benefit_reported_cents"]
        assert shown["Gesetzliche Ersparnis"].cents == row["saved_benefit_statutory_cents"]
        assert shown["Ersparte Gesundheitskosten"].cents == row["saved_health_cents"]
        assert shown["Ersparnis"].cents == row["saved_cents"]
        assert derivation.results[-1].cents == row["premium_cents"]
        if row["eligible"]:
            assert shown["Ersparnis bis Monatsende"].cents == row["saved_to_date_cents"]
            assert shown["Prämienziel"].cents == row["target_cents"]
            assert shown["Prämie bis Monatsende"].cents == row["premium_to_date_cents"]


REFUSALS = {
    "unknown case": (["F-9999", "2016-05"], "Den Fall F-9999 gibt es in keiner abgerechneten Meldung"),
    "several municipalities": (["F-2002", "2016-05"], "05358004 (Aldenhoven), 05358008 (Düren, Stadt). Bitte eine mit --ags nennen."),
    "other municipality": (["F-1001", "2016-05", "--ags", ALDENHOVEN], "gibt es in 05358004 (Aldenhoven) nicht, wohl aber in 05358008"),
    "no member": (["F-1001", "2016-05", "--ags", "05358012"], "05358012 gehört nicht zum Programm"),
    "other months": (["F-3003", "2016-05"], "gibt es im Mai 2016 nicht; bekannt ist er für: August 2016."),
    "not settled": (["F-1001", "2016-10"], "Oktober 2016 ist noch nicht abgerechnet; der letzte abgerechnete Monat ist September 2016."),
    "no month": (["F-1001", "Mai"], "„Mai“ ist kein Monat"),
    "before the programme": (["F-1001", "2015-10"], "liegt vor dem Beginn des Programms"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_are_one_sentence_and_change_nothing(figure_1: Path, name: str) -> None:
    (case, month, *options), words = REFUSALS[name]
    before = contents(figure_1)
    answer = asked(figure_1, case, month, *options)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert words in answer.err
    assert contents(figure_1) == before


def test_nothing_settled_yet_is_refused_without_a_ledger(tmp_path: Path) -> None:
    make(tmp_path, "figur1", FIGURE_1)
    answer = asked(tmp_path, "F-1001", "2016-05")
    assert answer.code == 2
    assert "Es ist noch nichts abgerechnet." in answer.err
    assert not (tmp_path / "outputs").exists()


def test_never_imports_the_orchestrator(figure_1: Path) -> None:
    arguments = [
        "explain",
        "F-1001",
        "--month",
        "2016-05",
        "--inputs",
        figure_1 / "inputs",
        "--outputs",
        figure_1 / "outputs",
    ]
    program = "import sys; from flows.cli import cli; cli.main(sys.argv[1:], standalone_mode=False); sys.exit('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
