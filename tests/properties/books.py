"""Small random programmes as the ledger knows them: few persons everywhere, so that nearly every count is small."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from flows.compute.rules.settlement import compute, settle
from schemas.months import first_day, last_day, later, month_of
from schemas.programme.file import load_programme
from schemas.programme.parties import Counselling, Disclosure
from schemas.programme.programme import Programme
from schemas.report import BOOKS_FINDINGS, BOOKS_RECEIVED, ReportBooks
from schemas.results import LINES, empty
from schemas.returns import AGE_GROUPS, OUTCOMES, PROVIDER_KINDS, STATUSES, TABLES
from tests.properties.engine import law, rows_frame

MONTHS = tuple(later("2015-11", number) for number in range(9))  # November 2015 to July 2016
SERVICES = ("Kompetenzprofil", "Fallbesprechung", "Gruppenangebot")
TARGET_GROUPS, PARTNERS = ("Arbeitsuchende", "Träger", "Jugendliche"), ("Jobcenter", "Ehrenamt")
Row = dict[str, Any]


def programme(minimum_count: int) -> Programme:
    """Placements, premiums and work opportunities in one programme."""
    agh = load_programme(Path("inputs/mittelsachsen")).allowance
    counselling = Counselling(services=SERVICES, target_groups=TARGET_GROUPS, partners=PARTNERS)
    changes = {"allowance": agh, "disclosure": Disclosure(minimum_count=minimum_count), "counselling": counselling}
    return load_programme(Path("inputs/dueren")).model_copy(update=changes)


def books(seed: int, of: Programme, until: str = MONTHS[-1]) -> ReportBooks:
    """What is known when the month `until` is approved; the same seed gives the same persons."""
    random = Random(seed)
    town = random.choice(list(of.members))
    months = [month for month in MONTHS if month <= until]
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for number in range(random.randrange(14)):
        _take_part(random, rows["opportunities"], f"A-{number:03d}")
    for number in range(random.randrange(9)):
        _work(random, rows, f"B-{number:03d}")
    for month in MONTHS:
        _stock(random, rows["stock"], month)
        _counsel(random, rows["counselling"], month)
    frames = {
        name: rows_frame(
            TABLES[name],
            [
                {"ags": town, "sheet": TABLES[name].sheet, "row": place, "file_sha256": row["month"]} | row
                for place, row in enumerate(entries, 6) if row["month"] in months
            ],
        )
        for name, entries in rows.items()
    }  # fmt: skip
    lines, cases = compute(frames, of, law(), until)
    return ReportBooks(
        rows=frames, lines=settle(lines, empty(LINES), until), opening=empty(LINES), cases=cases, received=pl.DataFrame(schema=BOOKS_RECEIVED),
        findings=pl.DataFrame(schema=BOOKS_FINDINGS), approved=tuple(months), draft=None, approved_on=date(2016, 8, 15),
    )  # fmt: skip


def _take_part(random: Random, rows: list[Row], case_id: str) -> None:
    begin = date(2015, 11, 1) + timedelta(days=random.randrange(240))
    end = begin + timedelta(days=random.randrange(120))
    kind = random.choice(PROVIDER_KINDS)
    for month in MONTHS:
        first, last = max(begin, first_day(month)), min(end, last_day(month))
        if first <= last:
            final = last == end
            rows.append({
                "month": month, "position_id": case_id, "provider_kind": kind, "workplace": "Bauhof", "case_id": case_id,
                "from_date": first, "to_date": last, "hours_hundredths": 10_00, "expense_cents": 0,
                "voluntary": random.random() < 0.7, "certified_on": last if final and random.random() < 0.5 else None,
                "outcome": random.choice(OUTCOMES) if final and random.random() < 0.7 else None,
            })  # fmt: skip


def _work(random: Random, rows: dict[str, list[Row]], case_id: str) -> None:
    begin = date(2015, 11, 1) + timedelta(days=random.randrange(240))
    end = begin + timedelta(days=random.randrange(200)) if random.random() < 0.5 else None
    insured, consent, hours = random.random() < 0.8, random.random() < 0.8, random.choice((10_00, 38_00, 38_00))
    proposed = begin - timedelta(days=random.randrange(40))
    for month in MONTHS:
        if begin <= last_day(month) and (end is None or end >= first_day(month)):
            rows["benefits"].append({
                "month": month, "case_id": case_id, "birth_year": 1990, "sex": "w", "status": "Duldung",
                "benefit_kind": "Grundleistung", "need_stage": 1, "accommodation_cents": 200_00, "paid_cents": 0,
                "cut_cents": 0, "state_grant": False,
            })  # fmt: skip
            rows["placements"].append({
                "month": month, "case_id": case_id, "employer": "Bau GmbH", "consent_on": begin if consent else None,
                "begin": begin, "end": end if end and month_of(end) == month else None, "insured": insured,
                "weekly_hours_hundredths": hours, "gross_cents": 1500_00, "net_cents": 1110_00,
            })  # fmt: skip
        decision = "zugestimmt" if consent else "abgelehnt"
        rows["participations"].append({
            "month": month, "case_id": case_id, "proposed_on": proposed, "proposed_by": "Kommune",
            "decision": decision, "decided_on": proposed + timedelta(days=7),
        })  # fmt: skip


def _stock(random: Random, rows: list[Row], month: str) -> None:
    for status in STATUSES:
        for age_group in AGE_GROUPS:
            rows.append(
                {"month": month, "status": status, "age_group": age_group, "persons": random.choice((0, 0, 1, 2, 5))}
            )


def _counsel(random: Random, rows: list[Row], month: str) -> None:
    for service, target_group in zip(SERVICES, TARGET_GROUPS, strict=True):
        contacts = random.choice((0, 0, 1, 2, 4))
        rows.append({
            "month": month, "service": service, "target_group": target_group, "partner": random.choice(PARTNERS),
            "contacts": contacts, "contacts_women": random.randint(0, contacts),
        })  # fmt: skip
