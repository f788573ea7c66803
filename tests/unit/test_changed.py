"""Why an amount changed: fields of two returns with both cells, law rows, keys of the programme file; all by hand."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.compute.explanation.changed import field_changes, key_changes, law_changes, return_changes
from flows.compute.law import Law
from schemas.changed import (
    Exchanged,
    FieldChange,
    KeyChange,
    LawChange,
    Need,
    Place,
    Replaced,
    ReturnChange,
    WhatChanged,
)
from schemas.changed_words import fields_behind, headlines, reasons
from schemas.law import ANALOGOUS_RATES, BASIC_RATES, MARGINAL_THRESHOLD
from schemas.results import Cause, LineKind
from schemas.returns import TABLES, empty_frame
from tests.properties import engine

DUEREN, CASE = "05358008", "D-001"
OLD, NEW, LATER = "old", "new", "later"
FILES = {OLD: "Düren_2016-05.xlsx", NEW: "Düren_2016-05_Korrektur.xlsx", LATER: "Düren_2016-06.xlsx"}
LETTERS = {
    "benefits": {"case_id": "A", "paid_cents": "H", "status": "D"},
    "placements": {"case_id": "A", "end": "F", "net_cents": "K"},
    "opportunities": {"case_id": "D", "hours_hundredths": "G"},
}


def rows(table: str, *records: dict[str, Any]) -> pl.DataFrame:
    schema = empty_frame(TABLES[table]).schema
    origin = {"ags": DUEREN, "month": "2016-05", "case_id": CASE, "sheet": TABLES[table].sheet, "row": 5}
    return pl.DataFrame([dict.fromkeys(schema) | origin | record for record in records], schema=schema)


def replaced(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame], *returns: Exchanged) -> Replaced:
    nothing = {name: empty_frame(TABLES[name]) for name in ("benefits", "opportunities", "placements")}
    exchanged = returns or (Exchanged(DUEREN, "2016-05", OLD, NEW),)
    return Replaced(exchanged, nothing | before, nothing | after, FILES, dict.fromkeys(FILES, LETTERS))


def benefit(sha256: str, paid: int, **others: Any) -> pl.DataFrame:
    return rows("benefits", {"file_sha256": sha256, "paid_cents": paid} | others)


def hours(sha256: str, hundredths: int, case: str = CASE, row: int = 7, **others: Any) -> dict[str, Any]:
    own = {"file_sha256": sha256, "case_id": case, "row": row, "position_id": "AGH-1", "from_date": date(2016, 5, 2)}
    return own | {"hours_hundredths": hundredths} | others


def told(
    found: tuple[FieldChange, ...], kind: str = "premium", month: str = "2016-05", reference: str = ""
) -> list[str]:
    """The phrases of a correction of Düren's case, as of the run of July."""
    changed = WhatChanged("2016-07", fields=found)
    return list(reasons(changed, Cause.CORRECTION, ags=DUEREN, service_month=month, kind=kind, case_id=CASE, reference=reference))  # fmt: skip


def test_a_field_is_told_with_old_and_new_value_and_both_cells() -> None:
    found = field_changes(replaced({"benefits": benefit(OLD, 0)}, {"benefits": benefit(NEW, 275_88, row=6)}))
    cells = "bisher Leistungen!H5 in Düren_2016-05.xlsx, jetzt Leistungen!H6 in Düren_2016-05_Korrektur.xlsx"
    assert told(found) == [f"Gezahlte Leistung 0,00 € → 275,88 € ({cells})"]
    assert told(found, month="2016-06")[0].startswith("Gezahlte Leistung 0,00 € → 275,88 € (Mai 2016, bisher")
    assert told(found, month="2016-04") == []  # what was paid in May says nothing about April's premium
    assert told(found, kind="allowance", reference="AGH-1 2016-05-02") == []


def test_what_stayed_and_what_no_amount_follows_from_is_not_told() -> None:
    found = field_changes(
        replaced({"benefits": benefit(OLD, 1, remark="a")}, {"benefits": benefit(NEW, 1, remark="b")})
    )
    assert found == ()


def test_a_row_that_came_or_went_is_told_as_a_whole() -> None:
    """AGH-1 of D-001 is gone, of D-002 it is new; of D-003 there are 12.50 h more."""
    before = rows("opportunities", hours(OLD, 10_00), hours(OLD, 20_00, "D-003", 8))
    after = rows("opportunities", hours(NEW, 5_00, "D-002", 9), hours(NEW, 32_50, "D-003", 8))
    found = field_changes(replaced({"opportunities": before}, {"opportunities": after}))
    assert [(change.case_id, change.column, change.old, change.new) for change in found] == [
        ("D-001", None, None, None), ("D-002", None, None, None), ("D-003", "hours_hundredths", 20_00, 32_50),
    ]  # fmt: skip
    assert told(found, "allowance", reference="AGH-1 2016-05-02") == [
        "Zeile auf dem Blatt „Arbeitsgelegenheiten“ entfallen (bisher Arbeitsgelegenheiten!D7 in Düren_2016-05.xlsx)"
    ]
    (behind,) = fields_behind(WhatChanged(fields=found), "2016-05", LineKind.ALLOWANCE, "D-003", "AGH-1 2016-05-02")
    assert behind.new_place == Place("Düren_2016-05_Korrektur.xlsx", "Arbeitsgelegenheiten", "G8")
    assert not list(fields_behind(WhatChanged(fields=found), "2016-05", LineKind.EXPENSE, "D-003", "AGH-1 2016-05-02"))


def test_what_a_later_return_says_of_the_end_changes_earlier_months() -> None:
    """May's return knows no end, June's says 31 May: that is known of May's employment only since June's return."""
    placement = {"begin": date(2016, 4, 1), "net_cents": 1_000_00}
    may = placement | {"file_sha256": OLD, "end": None}
    june = placement | {"file_sha256": LATER, "month": "2016-06", "row": 9, "end": date(2016, 5, 31)}
    found = field_changes(
        replaced(
            {"placements": rows("placements", may)}, {"placements": rows("placements", may, june)},
            Exchanged(DUEREN, "2016-06", None, LATER),
        )
    )  # fmt: skip
    assert told(found) == [
        "Ende leer → 31.05.2016 (Juni 2016, bisher Vermittlungen!F5 in Düren_2016-05.xlsx, jetzt Vermittlungen!F9 in Düren_2016-06.xlsx)"
    ]


def test_late_returns_are_named_and_those_of_the_run_are_not() -> None:
    both = (Exchanged(DUEREN, "2016-05", None, OLD), Exchanged(DUEREN, "2016-06", None, LATER))
    returns = return_changes(replaced({}, {}, *both))
    assert returns[0] == ReturnChange(DUEREN, "2016-05", None, "Düren_2016-05.xlsx")
    changed = WhatChanged("2016-06", returns=returns)
    line = {"ags": DUEREN, "case_id": CASE, "reference": ""}
    for kind, month, expected in (
        ("premium", "2016-04", ["Meldung für Mai 2016 ist neu: Düren_2016-05.xlsx"]),
        ("allowance", "2016-05", ["Meldung für Mai 2016 ist neu: Düren_2016-05.xlsx"]),
        ("allowance", "2016-04", []),
    ):
        assert list(reasons(changed, Cause.LATE_RETURN, service_month=month, kind=kind, **line)) == expected


def test_a_law_row_is_told_with_its_figures_and_the_day_it_applies_from() -> None:
    """The rate since 6 August 2016 is corrected from 0.80 to 0.84 EUR: it concerns hours of that time alone."""
    law = engine.law()
    rate = (
        pl.when(pl.col("valid_from") == date(2016, 8, 6), pl.col("scheme") == "AGH_5")
        .then(84)
        .otherwise(pl.col("rate_cents"))
    )
    frames = law.frames | {"agh_allowance": law.frames["agh_allowance"].with_columns(rate_cents=rate)}
    (change,) = law_changes(law, Law(frames))
    assert (change.valid_from, change.old, change.new) == (date(2016, 8, 6), "0,80 € je Stunde", "0,84 € je Stunde")
    assert law_changes(law, law) == ()
    changed = WhatChanged("2016-10", law=(change,))
    line = {"ags": DUEREN, "case_id": CASE, "reference": "AGH-1 2016-09-01"}
    (phrase,) = reasons(changed, Cause.LAW, service_month="2016-09", kind="allowance", **line)
    assert phrase.endswith("ab 06.08.2016: 0,80 € je Stunde → 0,84 € je Stunde")
    assert not list(reasons(changed, Cause.LAW, service_month="2016-07", kind="allowance", **line))
    assert not list(reasons(changed, Cause.LAW, service_month="2016-09", kind="premium", **line))


def test_keys_of_the_programme_file_are_told_as_they_stand_there() -> None:
    old = '[start_up]\neur_per_municipality = "100.00"\n[[municipality]]\nags = "05358008"\nname = "Düren"\n[[premium]]\nshare = "0.80"\ncap_eur = "1.00"'
    new = (
        old.replace('"0.80"', '"0.70"')
        .replace('\ncap_eur = "1.00"', "")
        .replace('"Düren"', '"Düren"\nstart_up_eur = "5.00"')
    )
    found = key_changes(old, new)
    assert set(found) == {
        KeyChange("premium.1.share", "0.80", "0.70"), KeyChange("premium.1.cap_eur", "1.00", ""),
        KeyChange("municipality.05358008.start_up_eur", "", "5.00"),
    }  # fmt: skip
    changed = WhatChanged("2016-07", keys=found)
    line = {"service_month": "2016-05", "case_id": "", "reference": ""}
    assert list(reasons(changed, Cause.PROGRAMME, ags=DUEREN, kind="start_up", **line)) == [
        "Programmdatei, municipality.05358008.start_up_eur: leer → 5.00"
    ]
    assert not list(reasons(changed, Cause.PROGRAMME, ags="05358024", kind="start_up", **line))
    assert len(list(reasons(changed, Cause.PROGRAMME, ags="05358024", kind="premium", **line))) == 2


@pytest.mark.parametrize(("versions", "expected"), [(("1.0", "1.1"), ["Version 1.0 → 1.1"]), (("1.0", "1.0"), [])])
def test_another_version_of_the_software_is_named(versions: tuple[str, str], expected: list[str]) -> None:
    changed = WhatChanged("2016-07", software=versions)
    line = {"ags": DUEREN, "service_month": "2016-05", "kind": "premium", "case_id": CASE, "reference": ""}
    assert list(reasons(changed, Cause.SOFTWARE, **line)) == expected


def test_a_correction_without_a_field_names_the_return() -> None:
    """What is made good belongs to no case: the return that took another's place is named."""
    changed = WhatChanged("2016-07", returns=(ReturnChange(DUEREN, "2016-05", FILES[OLD], FILES[NEW]),))
    line = {"ags": DUEREN, "service_month": "2016-05", "kind": "neutrality", "case_id": "", "reference": ""}
    assert list(reasons(changed, Cause.CORRECTION, **line)) == [
        "Meldung für Mai 2016: Düren_2016-05_Korrektur.xlsx ersetzt Düren_2016-05.xlsx"
    ]
    assert not list(headlines(changed, Cause.CORRECTION, **line))


def test_a_rate_of_a_stage_that_the_case_does_not_have_is_no_reason() -> None:
    """Stage 2 of Grundleistung does not follow from stage 1; the relief of Analogleistung is capped by its stage 1."""
    basic, analogous = (
        tuple(LawChange(table, f"Stufe {stage}", date(2016, 1, 1), date(2016, 12, 31), "1", "2", key=stage) for stage in (1, 2, 3))
        for table in (BASIC_RATES.name, ANALOGOUS_RATES.name)
    )  # fmt: skip
    threshold = LawChange(MARGINAL_THRESHOLD.name, "Grenze", date(2016, 1, 1), date(2016, 12, 31), "1", "2")
    for kind, expected in (("Grundleistung", {"Stufe 2"}), ("Analogleistung", {"Stufe 1", "Stufe 2"})):
        needs = (Need(DUEREN, CASE, "2016-05", kind, 2), Need(DUEREN, "D-002", "2016-05", kind, 3))
        for law in (basic, analogous):
            changed = WhatChanged("2016-07", law=(*law, threshold), needs=needs)
            told_of = {
                phrase.split(",")[0]
                for phrase in reasons(changed, Cause.LAW, ags=DUEREN, service_month="2016-05", kind="premium", case_id=CASE, reference="")
            }  # fmt: skip
            own = expected if (law is basic) == (kind == "Grundleistung") else set()
            assert told_of == {"Grenze"} | own
