"""Defects that show only across returns: rivals, repeated files, corrections, other months, other municipalities."""

from datetime import date

import polars as pl
import pytest

from schemas.documents import ReturnState
from tests.broken.defects import NO_ROWS
from tests.broken.forms import (
    AT_WORK,
    DUEREN,
    EMPLOYED,
    JUELICH,
    MONTH,
    OPPORTUNITY,
    PARTICIPATION,
    PLACEMENT,
    ROWS,
    Form,
    Found,
    Row,
    approved,
    faultless,
    form,
    found,
    messages,
    missing_words,
    taken_in,
)

KIND_CELL, DATE_CELL, MONTH_BEFORE = "B9", "B12", "2016-08"
AUGUST: Row = PLACEMENT | {"begin": date(2016, 8, 22), "consent_on": date(2016, 8, 15)}


def employed(
    *placements: Row, name: str = "meldung.xlsx", benefits: tuple[Row, ...] = (EMPLOYED,), **cover: object
) -> Form:
    """A return with placements and their benefits, and nothing else."""
    return form(NO_ROWS | {"benefits": benefits, "placements": placements}, name=name, **cover)


def august(*placements: Row, **options: object) -> Form:
    """The return of the month before."""
    return employed(*placements, month=MONTH_BEFORE, reported_on=date(2016, 9, 5), **options)


def correction(sent: Form) -> Form:
    return sent.put({"Deckblatt!B9": "Korrektur"}).named("korrektur.xlsx")


def states(*forms: Form, **options: object) -> list[tuple[str, str]]:
    """File and state, in the order of acceptance."""
    return [(entry.file, str(entry.state)) for entry in taken_in(*forms, **options).submissions]


# F09, F10, F11: rivals and repeated files


def test_two_first_returns_of_one_intake_are_both_f09() -> None:
    one, other = faultless().named("a.xlsx"), faultless().put({"Deckblatt!B10": "anders"}).named("b.xlsx")
    intake = taken_in(one, other)
    assert found(intake, "a.xlsx") == [Found("F09", "error", "Deckblatt", KIND_CELL, "Meldungsart")]
    assert found(intake, "b.xlsx") == found(intake, "a.xlsx")
    assert intake.held_back == ("a.xlsx", "b.xlsx")
    assert not missing_words(
        messages(intake, "F09"), ["September 2016", "außer dieser: b.xlsx", "außer dieser: a.xlsx", "„Korrektur“"]
    )


def test_three_first_returns_name_each_other() -> None:
    forms = [faultless().put({"Deckblatt!B10": name}).named(f"{name}.xlsx") for name in "abc"]
    intake = taken_in(*forms)
    assert len(intake.held_back) == 3
    assert "außer dieser: a.xlsx, c.xlsx." in intake.findings.filter(pl.col("file") == "b.xlsx")["message"][0]


def test_first_returns_of_other_municipalities_or_months_are_no_rivals() -> None:
    intake = taken_in(faultless(), employed(ags=JUELICH, municipality="Jülich", name="b.xlsx"), august(name="c.xlsx"))
    assert (intake.held_back, found(intake)) == ((), [])


def test_a_first_return_beside_an_approved_one_is_f09() -> None:
    known = approved(faultless(), month="2016-09")
    intake = taken_in(faultless().put({"Deckblatt!B10": "anders"}), known=known, month="2016-10")
    assert found(intake) == [Found("F09", "error", "Deckblatt", KIND_CELL, "Meldungsart")]
    assert not missing_words(
        messages(intake, "F09"),
        [
            "September 2016",
            "bereits",
            "abgerechnet",
            "Stimmt der Meldemonat",
            "wählen Sie bitte die Meldungsart „Korrektur“",
        ],
    )


def test_a_first_return_beside_its_correction_is_accepted_and_the_correction_comes_last() -> None:
    intake = taken_in(correction(faultless()), faultless())
    assert (intake.held_back, found(intake)) == ((), [])
    assert [entry.return_kind for entry in intake.submissions] == ["Erstmeldung", "Korrektur"]


def test_corrections_are_accepted_in_the_order_of_their_dates() -> None:
    late = correction(faultless()).put({"Deckblatt!B12": date(2016, 10, 20)}).named("a.xlsx")
    early = correction(faultless()).put({"Deckblatt!B12": date(2016, 10, 12)}).named("b.xlsx")
    assert [file for file, _ in states(late, early, faultless())] == ["meldung.xlsx", "b.xlsx", "a.xlsx"]


def test_a_correction_of_nothing_is_accepted_with_a_notice() -> None:
    intake = taken_in(correction(faultless()))
    assert found(intake) == [Found("F11", "notice", "Deckblatt", KIND_CELL, "Meldungsart")]
    assert not missing_words(messages(intake, "F11"), ["keine frühere Meldung", "wie eine Erstmeldung"])
    assert intake.held_back == ()


def test_the_same_file_twice_is_read_once() -> None:
    intake = taken_in(faultless().named("a.xlsx"), faultless().named("b.xlsx"))
    assert found(intake) == [Found("F10", "notice", "", "", "")]
    assert not missing_words(messages(intake, "F10"), ["(a.xlsx)", "nur einmal gelesen"])
    assert [str(entry.state) for entry in intake.submissions] == ["accepted", "duplicate"]
    assert intake.rows["benefits"].height == 2


def test_an_approved_file_is_not_read_again() -> None:
    known = approved(faultless().named("alt.xlsx"), month="2016-09")
    intake = taken_in(faultless().named("neu.xlsx"), known=known, month="2016-10")
    assert found(intake) == [Found("F10", "notice", "", "", "")]
    assert "(alt.xlsx)" in messages(intake, "F10")
    assert intake.rows["benefits"].height == 0


def test_a_file_that_was_held_back_is_no_obstacle_to_itself() -> None:
    """F10 does not apply against held-back files: the copy gets its own findings, and is no rival of its twin."""
    broken = faultless().put({"Leistungen!H6": "viel"})
    intake = taken_in(broken.named("a.xlsx"), broken.named("b.xlsx"))
    assert found(intake, "a.xlsx") == found(intake, "b.xlsx") == [
        Found("C02", "error", "Leistungen", "H6", "Gezahlte Leistung (EUR)")
    ]  # fmt: skip
    assert intake.held_back == ("a.xlsx", "b.xlsx")


def test_files_of_the_same_name_in_different_folders_keep_their_own_findings() -> None:
    broken = employed(ags=JUELICH, municipality="Jülich").put({"Leistungen!B5": 2017, "Leistungen!C5": "x"})
    intake = taken_in(faultless(), broken)
    assert intake.findings.select("ags", "code").rows() == [(JUELICH, "C04"), (JUELICH, "C05")]
    assert {entry.ags: entry.state for entry in intake.submissions} == {
        DUEREN: ReturnState.ACCEPTED,
        JUELICH: ReturnState.HELD_BACK,
    }


def test_an_unreadable_return_kind_is_one_finding_and_no_rival() -> None:
    other = faultless().put({"Deckblatt!B9": "Nachtrag"}).named("b.xlsx")
    assert found(taken_in(faultless(), other)) == [Found("F06", "error", "Deckblatt", KIND_CELL, "Meldungsart")]


# R07: a placement that was left running is missing


def test_a_running_placement_that_is_missing_is_r07() -> None:
    intake = taken_in(employed(), known=approved(august(AUGUST), month=MONTH_BEFORE))
    assert found(intake) == [Found("R07", "error", "Vermittlungen", "", "")]
    words = ["A-100", "22.08.2016", "Meldung für August 2016", "noch nicht beendet", "Zeile wieder aufnehmen"]
    assert not missing_words(messages(intake, "R07"), words)
    assert intake.held_back == ("meldung.xlsx",)


def test_a_placement_may_be_missing_after_its_end_only() -> None:
    ended, later = AUGUST | {"end": date(2016, 8, 31)}, AUGUST | {"end": date(2016, 9, 1)}
    assert found(taken_in(employed(), known=approved(august(ended), month=MONTH_BEFORE))) == []
    assert [entry.code for entry in found(taken_in(employed(), known=approved(august(later), month=MONTH_BEFORE)))] == [
        "R07"
    ]


def test_a_placement_of_two_months_ago_is_not_asked_for() -> None:
    assert (
        found(taken_in(employed(month="2016-10"), month="2016-10", known=approved(august(AUGUST), month=MONTH_BEFORE)))
        == []
    )


def test_the_month_before_may_lie_in_the_same_intake() -> None:
    intake = taken_in(august(AUGUST, name="august.xlsx"), employed())
    assert found(intake) == [Found("R07", "error", "Vermittlungen", "", "")]
    assert intake.held_back == ("meldung.xlsx",)


def test_a_held_back_return_says_nothing_about_the_month_after_it() -> None:
    broken = august(AUGUST, name="august.xlsx").put({"Leistungen!H5": "viel"})
    intake = taken_in(broken, employed())
    assert intake.findings["code"].to_list() == ["C02"]
    assert intake.held_back == ("august.xlsx",)


def test_a_return_that_lacks_a_placement_says_nothing_about_the_month_after_it_either() -> None:
    """September drops August's placement and is held back; its other placement is not asked for in October."""
    other = PLACEMENT | {"case_id": "A-200", "employer": "Hof AG"}
    september = employed(other, benefits=(EMPLOYED, AT_WORK), name="september.xlsx")
    october = employed(AUGUST, month="2016-10", name="oktober.xlsx")
    intake = taken_in(september, october, month="2016-10", known=approved(august(AUGUST), month=MONTH_BEFORE))
    assert found(intake) == [Found("R07", "error", "Vermittlungen", "", "")]
    assert intake.held_back == ("september.xlsx",)


def test_a_held_back_correction_leaves_the_approved_return_in_force() -> None:
    """August's approved return knows the placement; its Korrektur, which does not, has an error of its own."""
    broken = correction(august(name="august.xlsx")).put({"Leistungen!H5": "viel"})
    intake = taken_in(broken, employed(), known=approved(august(AUGUST), month=MONTH_BEFORE))
    assert found(intake, "meldung.xlsx") == [Found("R07", "error", "Vermittlungen", "", "")]
    assert [entry.code for entry in found(intake, "korrektur.xlsx")] == ["C02", "W09"]
    assert set(intake.held_back) == {"korrektur.xlsx", "meldung.xlsx"}


def test_an_unreadable_begin_is_not_a_missing_placement() -> None:
    sent = employed(AUGUST).put({"Vermittlungen!E5": "Ende August"})
    assert taken_in(sent, known=approved(august(AUGUST), month=MONTH_BEFORE)).findings["code"].to_list() == ["C03"]


def test_an_unreadable_case_is_not_a_missing_placement() -> None:
    sent = employed(AUGUST).put({"Vermittlungen!A5": "A 100"})
    assert taken_in(sent, known=approved(august(AUGUST), month=MONTH_BEFORE)).findings["code"].to_list() == ["C05"]


def test_a_changed_begin_is_r07_and_for_the_same_employer_w04() -> None:
    known = approved(august(AUGUST), month=MONTH_BEFORE)
    moved = taken_in(employed(AUGUST | {"begin": date(2016, 8, 29), "employer": " BAU GmbH"}), known=known)
    assert sorted(found(moved)) == [
        Found("R07", "error", "Vermittlungen", "", ""),
        Found("W04", "warning", "Vermittlungen", "E5", "Beginn"),
    ]
    assert "August 2016 noch „22.08.2016“, jetzt „29.08.2016“" in messages(moved, "W04")
    other = taken_in(employed(AUGUST | {"begin": date(2016, 8, 29), "employer": "Hof AG"}), known=known)
    assert [entry.code for entry in found(other)] == ["R07"]


# W04, W06: persons and claims


def test_birth_year_and_sex_that_contradict_an_earlier_return_are_w04() -> None:
    other = EMPLOYED | {"birth_year": 1991, "sex": "w"}
    intake = taken_in(employed(AUGUST, benefits=(other,)), known=approved(august(AUGUST), month=MONTH_BEFORE))
    assert found(intake) == [
        Found("W04", "warning", "Leistungen", "B5", "Geburtsjahr"),
        Found("W04", "warning", "Leistungen", "C5", "Geschlecht"),
    ]
    assert not missing_words(
        messages(intake, "W04"),
        ["August 2016 noch „1990“, jetzt „1991“", "August 2016 noch „m“, jetzt „w“", "welche Angabe"],
    )
    assert intake.held_back == ()


def test_w04_compares_with_an_earlier_return_of_the_same_intake_too() -> None:
    intake = taken_in(august(AUGUST, name="august.xlsx"), employed(AUGUST, benefits=(EMPLOYED | {"birth_year": 1991},)))
    assert found(intake, "meldung.xlsx") == [Found("W04", "warning", "Leistungen", "B5", "Geburtsjahr")]


def test_w04_does_not_compare_with_a_return_that_is_held_back() -> None:
    broken = august(AUGUST, name="august.xlsx").put({"Leistungen!H5": "viel"})
    intake = taken_in(broken, employed(AUGUST, benefits=(EMPLOYED | {"birth_year": 1991},)))
    assert found(intake, "meldung.xlsx") == []


def test_a_new_employment_after_the_end_of_the_first_is_no_contradiction() -> None:
    known = approved(august(AUGUST | {"end": date(2016, 8, 26)}), month=MONTH_BEFORE)
    assert found(taken_in(employed(PLACEMENT), known=known)) == []


def test_the_end_that_was_reported_last_counts_for_w04() -> None:
    """August reported no end, September the 20th: a new employment with the same employer in October is a new one."""
    september = employed(AUGUST | {"end": date(2016, 9, 20)}, name="september.xlsx")
    known = approved(august(AUGUST), september, month="2016-09")
    again = PLACEMENT | {"begin": date(2016, 10, 4), "consent_on": date(2016, 9, 28)}
    assert found(taken_in(employed(again, month="2016-10"), month="2016-10", known=known)) == []


@pytest.mark.parametrize(("own", "other"), [("Bau GmbH", "bau gmbh "), ("Bäckerei Groß", "BÄCKEREI GROSS")])
def test_the_same_placement_in_two_municipalities_is_w06_in_both(own: str, other: str) -> None:
    """Employers are compared trimmed and case-folded (RULES section 4.2)."""
    neighbour = employed(
        PLACEMENT | {"case_id": "J-7", "employer": other}, benefits=(EMPLOYED | {"case_id": "J-7"},),
        name="b.xlsx", ags=JUELICH, municipality="Jülich",
    )  # fmt: skip
    intake = taken_in(employed(PLACEMENT | {"employer": own}, name="a.xlsx"), neighbour)
    expected = [Found("W06", "warning", "Vermittlungen", "B5", "Arbeitgeber")]
    assert (found(intake, "a.xlsx"), found(intake, "b.xlsx")) == (expected, expected)
    assert not missing_words(
        messages(intake, "W06"), ["05.09.2016", "Meldung von Jülich, Stadt", "Meldung von Düren, Stadt"]
    )
    assert intake.held_back == ()


def test_w06_needs_employer_begin_and_birth_year() -> None:
    def neighbour(birth_year: int = 1990, **placement: object) -> Form:
        return employed(
            PLACEMENT | placement, benefits=(EMPLOYED | {"birth_year": birth_year},), name="b.xlsx", ags=JUELICH
        )  # fmt: skip

    own = employed(PLACEMENT, name="a.xlsx")
    assert len(found(taken_in(own, neighbour()))) == 2
    for other in (neighbour(1991), neighbour(employer="Bau AG"), neighbour(begin=date(2016, 9, 6))):
        assert found(taken_in(own, other)) == []


def test_w06_compares_with_approved_returns() -> None:
    known = approved(august(AUGUST, ags=JUELICH, municipality="Jülich"), month=MONTH_BEFORE)
    assert found(taken_in(employed(AUGUST), known=known)) == [
        Found("W06", "warning", "Vermittlungen", "B5", "Arbeitgeber")
    ]


# W09: a Korrektur drops rows


def test_a_correction_that_drops_a_row_is_w09() -> None:
    known = approved(form(ROWS | {"placements": ()}), month="2016-09")
    intake = taken_in(correction(form(ROWS | {"benefits": (AT_WORK,), "placements": ()})), known=known)
    assert found(intake) == [Found("W09", "warning", "Leistungen", "", "")]
    assert not missing_words(messages(intake, "W09"), ["enthält eine Zeile nicht mehr", "A-100", "entfallen soll."])
    assert intake.held_back == ()


def test_dropped_rows_are_all_named_by_their_keys() -> None:
    known = approved(faultless(), month="2016-09")
    intake = taken_in(correction(form(ROWS | {"opportunities": ()})), known=known)
    assert found(intake) == [Found("W09", "warning", "Arbeitsgelegenheiten", "", "")]
    words = ["enthält 2 Zeilen nicht mehr", "AGH-1 A-200 01.09.2016; AGH-2 01.09.2016", "entfallen sollen."]
    assert not missing_words(messages(intake, "W09"), words)


def test_a_changed_begin_drops_the_row_of_the_old_key() -> None:
    known = approved(employed(PLACEMENT), month="2016-09")
    intake = taken_in(correction(employed(PLACEMENT | {"begin": date(2016, 9, 6)})), known=known)
    assert "A-100 05.09.2016" in messages(intake, "W09")


def test_a_correction_is_compared_with_the_first_return_of_the_same_intake() -> None:
    first = form(ROWS | {"opportunities": (OPPORTUNITY,)})
    intake = taken_in(correction(form(ROWS | {"opportunities": ()})), first)
    assert found(intake) == [Found("W09", "warning", "Arbeitsgelegenheiten", "", "")]


def test_a_correction_is_not_compared_with_a_return_that_is_held_back() -> None:
    first = form(ROWS | {"opportunities": (OPPORTUNITY,)}).put({"Leistungen!H5": "viel"})
    intake = taken_in(correction(form(ROWS | {"opportunities": ()})), first)
    assert intake.findings["code"].to_list() == ["C02"]


def test_each_correction_is_compared_with_the_one_before_it() -> None:
    """The first return has both rows of Leistungen, the first Korrektur one of them, the second none more."""
    one = correction(form(ROWS | {"benefits": (EMPLOYED,), "opportunities": ()})).named("1.xlsx")
    two = correction(form(ROWS | {"benefits": (EMPLOYED,), "opportunities": ()}, reported_on=date(2016, 10, 9))).named(
        "2.xlsx"
    )
    intake = taken_in(two, one, faultless())
    assert {entry.file for entry in intake.submissions} == {"meldung.xlsx", "1.xlsx", "2.xlsx"}
    assert {entry.sheet for entry in found(intake, "1.xlsx")} == {"Leistungen", "Arbeitsgelegenheiten"}
    assert found(intake, "2.xlsx") == []


def test_a_correction_without_a_sheet_that_may_be_missing_drops_its_rows() -> None:
    known = approved(faultless(), month="2016-09")
    sheets = [name for name in ROWS if name != "participations"]
    intake = taken_in(correction(form(sheets=sheets)), known=known)
    assert found(intake) == [Found("W09", "warning", "Teilnahmen", "", "")]
    assert str(PARTICIPATION["case_id"]) in messages(intake, "W09")


def test_an_unreadable_key_is_not_a_dropped_row() -> None:
    known = approved(faultless(), month="2016-09")
    sent = correction(faultless()).put({"Teilnahmen!A5": "A 100"})
    assert taken_in(sent, known=known).findings["code"].to_list() == ["C05"]


# R11, W13: Korrekturen of another town, and rivals among them


def test_a_correction_without_a_common_case_is_r11() -> None:
    """Jülich's Korrektur under Düren's key: it would replace Düren's return by Jülich's cases."""
    known = approved(faultless(), month=MONTH)
    other = EMPLOYED | {"case_id": "J-1"}
    sent = employed(PLACEMENT | {"case_id": "J-1"}, benefits=(other,), return_kind="Korrektur", name="jülich.xlsx")
    intake = taken_in(sent, known=known)
    assert found(intake, "jülich.xlsx")[0] == Found("R11", "error", "Deckblatt", "B6", "Gemeindeschlüssel")
    assert not missing_words(messages(intake, "R11"), ["keine einzige Fallnummer", "meldung.xlsx", "anderen Kommune"])
    assert intake.held_back == ("jülich.xlsx",)


def test_a_correction_that_r11_holds_back_replaces_nothing() -> None:
    """The second Korrektur is compared with the Erstmeldung, not with the stranger before it."""
    foreign = employed(
        PLACEMENT | {"case_id": "J-1"},
        benefits=(EMPLOYED | {"case_id": "J-1"},),
        return_kind="Korrektur",
        name="a.xlsx",
    )
    own = faultless().put({"Deckblatt!B9": "Korrektur", "Deckblatt!B12": date(2016, 10, 9)}).named("b.xlsx")
    intake = taken_in(faultless(), foreign, own)
    assert intake.held_back == ("a.xlsx",)
    assert [entry.code for entry in found(intake, "b.xlsx")] == []


def test_one_case_in_common_or_none_at_all_is_no_r11() -> None:
    """A Korrektur without any case takes the return back; W09 names what it drops."""
    known = approved(faultless(), month=MONTH)
    for rows in (NO_ROWS, NO_ROWS | {"benefits": (AT_WORK,)}):
        intake = taken_in(form(rows, return_kind="Korrektur"), known=known)
        assert (intake.held_back, {entry.code for entry in found(intake)}) == ((), {"W09"})


def test_of_two_corrections_with_one_date_the_last_in_natural_order_holds() -> None:
    """ "Korrektur 10" comes after "Korrektur 9"; both are warned and name each other."""
    nine, ten = (
        faultless()
        .put({"Deckblatt!B9": "Korrektur", "Leistungen!H6": paid, "Deckblatt!B15": paid})
        .named(f"Korrektur {number}.xlsx")
        for number, paid in ((9, 300), (10, 310))
    )
    intake = taken_in(ten, nine, faultless())
    for file in ("Korrektur 9.xlsx", "Korrektur 10.xlsx"):
        assert found(intake, file) == [Found("W13", "warning", "Deckblatt", DATE_CELL, "Datum der Meldung")]
    assert not missing_words(
        messages(intake, "W13"),
        ["Korrektur 9.xlsx und Korrektur 10.xlsx", "Es gilt Korrektur 10.xlsx", "September 2016"],
    )
    assert [entry.file for entry in intake.submissions] == ["meldung.xlsx", "Korrektur 9.xlsx", "Korrektur 10.xlsx"]


def test_corrections_of_other_days_or_one_that_is_held_back_are_no_rivals() -> None:
    nine = faultless().put({"Deckblatt!B9": "Korrektur"}).named("9.xlsx")
    later = nine.put({"Deckblatt!B12": date(2016, 10, 6)}).named("10.xlsx")
    broken = nine.put({"Leistungen!H5": "viel"}).named("11.xlsx")
    assert "W13" not in taken_in(faultless(), nine, later, broken).findings["code"]
