"""A county's own rows of the law: they hold for their days, are named wherever law is shown, and are kept with every run."""

from datetime import date
from pathlib import Path

import pytest

from flows.compute.law import load_law
from flows.provenance import read_law, read_provenance, restored
from schemas.law import BASIC_RATES, MARGINAL_THRESHOLD, OWN_ROW
from schemas.refusal import Refusal
from tests.command import call

HEADER = "valid_from,valid_to,monthly_eur,source,confidence\n"
BASE = f"""{HEADER}2013-01-01,2022-09-30,450,§ 8 SGB IV,high
2022-10-01,2023-12-31,520,§ 8 SGB IV,high
"""
LAW = Path("inputs/law")


def own(folder: Path, text: str, table: str = "minijob_threshold") -> Path:
    """A law folder with the small table above, and own rows over it."""
    law = folder / "law"
    (law / "eigene").mkdir(parents=True)
    (law / "minijob_threshold.csv").write_text(BASE, encoding="utf-8")
    (law / "eigene" / f"{table}.csv").write_text(text, encoding="utf-8")
    return law


def spans(law: Path) -> list[tuple[str, str, int]]:
    frame = load_law(law, LAW).frames[MARGINAL_THRESHOLD.name]
    return [(str(first), str(last), amount) for first, last, amount in frame.select("valid_from", "valid_to", "threshold_cents").rows()]  # fmt: skip


def test_a_row_after_the_last_one_continues_the_table(tmp_path: Path) -> None:
    law = own(tmp_path, f"{HEADER}2024-01-01,,538,BAnz AT 07.12.2023,high\n")
    assert spans(law) == [
        ("2013-01-01", "2022-09-30", 450_00),
        ("2022-10-01", "2023-12-31", 520_00),
        ("2024-01-01", "9999-12-31", 538_00),
    ]


def test_a_row_within_another_divides_it(tmp_path: Path) -> None:
    law = own(tmp_path, f"{HEADER}2020-03-01,2020-03-31,451,Beschluss,high\n2022-09-01,2022-11-30,500,Beschluss,high\n")
    assert spans(law) == [
        ("2013-01-01", "2020-02-29", 450_00),
        ("2020-03-01", "2020-03-31", 451_00),
        ("2020-04-01", "2022-08-31", 450_00),
        ("2022-09-01", "2022-11-30", 500_00),
        ("2022-12-01", "2023-12-31", 520_00),
    ]


def test_a_row_for_the_days_of_another_takes_its_place(tmp_path: Path) -> None:
    law = own(tmp_path, f"\ufeff{HEADER}2022-10-01,2023-12-31,521,Beschluss,high\n")  # as Excel writes UTF-8
    assert spans(law) == [("2013-01-01", "2022-09-30", 450_00), ("2022-10-01", "2023-12-31", 521_00)]


def test_a_heading_alone_changes_nothing(tmp_path: Path) -> None:
    assert spans(own(tmp_path, HEADER)) == [("2013-01-01", "2022-09-30", 450_00), ("2022-10-01", "2023-12-31", 520_00)]


def test_only_the_key_of_an_own_row_is_concerned(tmp_path: Path) -> None:
    header = ",".join(BASIC_RATES.columns)
    law = own(tmp_path, f"{header}\n2026-01-01,2026-12-31,1,1,2,3,Beschluss,high\n", BASIC_RATES.name)
    found = load_law(law, LAW)
    assert found.row_on(BASIC_RATES, date(2026, 6, 1), 1)["rate_cents"] == 3_00
    shipped = load_law(LAW)
    for stage in (2, 3, 4, 5, 6):
        day = date(2026, 6, 1)
        assert found.row_on(BASIC_RATES, day, stage) == shipped.row_on(BASIC_RATES, day, stage)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEADER}2024-02-01,,538,BAnz,high\n", ("eigene/minijob_threshold.csv, Zeile 2: Zwischen 2023-12-31 (Zeile 3 in", "eine Lücke")),
        (f"{HEADER}2024-01-01,,538,BAnz,high\n2024-06-01,,540,BAnz,high\n", ("Zeile 3: valid_from 2024-06-01 überschneidet sich mit Zeile 2",)),
        (f"{HEADER}2024-01-01,,538,,high\n", ("Zeile 2: source ist leer",)),
        (f"{HEADER}2024-01-01,,\"538,00\",BAnz,high\n", ("monthly_eur „538,00“ ist kein Betrag",)),
        (HEADER.replace(",", ";"), ("Spalten stimmen nicht", "valid_from;valid_to")),
    ],
)  # fmt: skip
def test_own_rows_are_checked_like_the_law(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        load_law(own(tmp_path, text), LAW)
    assert [word for word in words if word not in str(refused.value)] == [], str(refused.value)


@pytest.mark.parametrize("name", ["minijob.csv", "minijob_threshold.csv.txt", "minijob_threshold.xlsx"])
def test_a_file_that_belongs_to_no_table_is_named_instead_of_being_left_out(tmp_path: Path, name: str) -> None:
    law = own(tmp_path, HEADER)
    (law / "eigene" / name).write_text(HEADER, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_law(law, LAW)
    assert str(refused.value).startswith(f"{law / 'eigene' / name} gehört zu keiner Rechtstabelle.")


def test_own_rows_are_named_in_the_listing_and_kept_with_a_run(tmp_path: Path) -> None:
    own(tmp_path / "inputs", f"{HEADER}2024-01-01,,538,BAnz AT 07.12.2023,high\n")
    said = call("law", "2024-06-01", "--home", tmp_path)
    assert said.code == 0, said.err
    assert "BAnz AT 07.12.2023 (eigene Zeile des Kreises)" in said.out
    assert "(eigene Zeile des Kreises)" not in call("law", "2023-06-01", "--home", tmp_path).out
    programme = tmp_path / "inputs/mittelsachsen"
    programme.mkdir()
    (programme / "programme.toml").write_bytes(Path("inputs/mittelsachsen/programme.toml").read_bytes())
    kept = read_provenance(tmp_path / "inputs", "mittelsachsen")
    assert kept.law["eigene/minijob_threshold"].endswith("2024-01-01,,538,BAnz AT 07.12.2023,high\n")
    assert kept.law["agh_allowance"] == (LAW / "agh_allowance.csv").read_text(encoding="utf-8")
    again = restored(kept, "mittelsachsen")
    assert again is not None
    row = again[1].row_on(MARGINAL_THRESHOLD, date(2024, 6, 1))
    assert (row["threshold_cents"], row["source"]) == (538_00, f"BAnz AT 07.12.2023{OWN_ROW}")
    assert row == read_law(tmp_path / "inputs").row_on(MARGINAL_THRESHOLD, date(2024, 6, 1))
