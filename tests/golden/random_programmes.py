"""Random programmes played through month by month with the real command, every posted line held against the reference.

    python -m tests.golden.random_programmes --count 200 --seed 1

plays the seeds 1 to 200 in folders that are removed again, prints for each what happened in it, and for every one that
fails the seed with the differing lines; it ends with 1 if any did. `--without closing --without opening …` leaves kinds
of things out (see WITHOUT), to find what a difference is about; `--keep FOLDER` keeps the files.

In every month: returns in time, late, corrected, held back and mended, sent a second time; drafts made anew; manual lines
ordered, withdrawn; documents cancelled; programme and law edited and accepted; years closed and opened again; opening
balances before the first; a municipality that leaves, mostly into another one. After every approved month the run's
postings are those of the plain reference (tests/reference), `verify` holds, and from the postings alone premiums and
neutrality stay within the saving for every municipality and open month, the saving being the reference's; what is
settled later for a municipality that merged is booked on its successor.
"""

import argparse
import csv
import io
import shutil
import sqlite3
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from schemas.programme.file import load_programme
from schemas.returns import BENEFITS, OPPORTUNITIES, PLACEMENTS
from tests.command import Answer, call
from tests.golden.random_worlds import Delivery, World, random_world, toml_text
from tests.reference.calendar import last_day, next_month
from tests.reference.law import law_of
from tests.reference.office import Office, Rows, Run
from tests.reference.settlement import KEY, key_of
from tests.reference.terms import programme_as_written

Row = dict[str, Any]
Key = tuple[str, ...]

WITHOUT = (
    "adjusting", "again", "broken", "cancelling", "closing", "editing", "entitlement", "grant", "merging", "neutrality", "opening", "redraft", "twice",
)  # fmt: skip
TABLES = (BENEFITS, PLACEMENTS, OPPORTUNITIES)
OPENING_HEADINGS = (
    "Leistungsmonat", "Gemeindeschlüssel", "Fallnummer", "Art", "Referenz", "Betrag in Euro", "Ersparnis", "Gezählte Monate",
    "Beschäftigt seit",
)  # fmt: skip
GERMAN_KIND = {"premium": "Prämie", "allowance": "Mehraufwandsentschädigung", "start_up": "Anschubfinanzierung"}
PROGRAMME_EDITS = (
    ('\nshare = "', ("0.80", "0.75", "0.5", "1")),
    ('\ncap_eur = "', ("2500.00", "1110.40", "900.00")),
    ('\namount_eur = "', ("2500.00", "2000.00")),
    ("\nwaiting_days = ", ("0", "42")),
    ('eur_per_month = "', ("140.00", "150.00", "0.00")),
    ("\nbridge_days = ", ("0", "14")),
)  # fmt: skip
LAW_EDITS = (  # table, column, by how much
    ("asylblg_grundleistungen", "gesamt_eur", 11),
    ("sgbxii_regelbedarf", "monthly_eur", 7),
    ("minijob_threshold", "monthly_eur", 258),
    ("income_allowance", "pct_of_earned_income", 5),
    ("agh_allowance", "hourly_allowance_eur", 1),
)


class Difference(AssertionError):
    """The program and the rules come to different ends."""


@dataclass(frozen=True)
class Leaving:
    """A municipality that is a member to the end of `until`; `successor` is empty where it merges into none."""

    ags: str
    until: str
    successor: str


@dataclass
class Life:
    """One programme in its folder, the command's ledger beside the reference's books."""

    world: World
    folder: Path
    without: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    office: Office = field(init=False)
    happened: Counter[str] = field(default_factory=Counter)
    vouchers: int = 0
    edited: bool = False
    left: Leaving | None = None
    cancelled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rng = Random(f"life {self.world.seed}")
        self.inputs = self.folder / "inputs" / "random"
        self.outputs = self.folder / "outputs" / "random"
        self.office = Office(list(self.world.opening))

    def play(self) -> Counter[str]:
        """Everything from the programme file to the last month; Difference where the program is not the reference."""
        shutil.copytree(Path(__file__).parents[2] / "inputs" / "law", self.folder / "inputs" / "law")
        self.inputs.mkdir(parents=True)
        (self.inputs / "programme.toml").write_text(toml_text(self.world), encoding="utf-8", newline="\n")
        load_programme(self.inputs)  # what the generator wrote is a programme
        if self.world.opening:
            self._take_over()
        for month in self.world.months:
            self._month(month)
            self._close_or_open(month)
        return self.happened

    def _call(self, *arguments: object) -> Answer:
        return call(*arguments, "--inputs", self.folder / "inputs", "--outputs", self.folder / "outputs")

    def _done(self, *arguments: object, codes: tuple[int, ...] = (0,)) -> Answer:
        answer = self._call(*arguments)
        if answer.code not in codes:
            raise Difference(
                f"{' '.join(map(str, arguments))}: {answer.code} instead of {codes}\n{answer.err}{answer.out}"
            )
        return answer

    def _take_over(self) -> None:
        file = self.folder / "opening.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, delimiter=";", lineterminator="\n")
            extra = any(row.get(name) is not None for row in self.world.opening for name in _OPTIONAL)
            writer.writerow(OPENING_HEADINGS if extra else OPENING_HEADINGS[:6])
            for row in self.world.opening:
                cells = _opening_cells(row)
                writer.writerow(cells if extra else cells[:6])
        self._done("opening", file, "--by", "Eva")
        start = last_day(min(row["service_month"] for row in self.world.opening)).isoformat()
        self._done("opening", file, "--by", "Frida", "--approve", "--date", start)
        self.happened["opening"] += 1

    def _month(self, month: str) -> None:
        """Edits and orders, a draft, perhaps another one, approval, and all comparisons."""
        files = [entry for entry in self.world.deliveries if entry.folder == month]
        self._edit(month)
        self._leave(month)
        manual, cancelled = self._order(month)
        early = [entry for entry in files if not entry.late_for_draft]
        for entry in early:
            entry.write(self.inputs / "returns", "random")
        (self.inputs / "returns" / month).mkdir(parents=True, exist_ok=True)
        self._settle(month, early)
        manual = self._withdraw(month, manual, early)
        late = [entry for entry in files if entry.late_for_draft]
        if late or ("redraft" not in self.without and self.rng.random() < 0.1):
            for entry in late:
                entry.write(self.inputs / "returns", "random")
            files = [entry for entry in early if not _replaced(entry, late)] + late
            self._settle(month, files)
            self.happened["draft made anew"] += 1
        with law_of(self.folder / "inputs" / "law"):
            taken = [
                (entry.ags, entry.month, accepted_rows(entry))
                for entry in sorted(files, key=lambda e: e.order)
                if not (self._held_back(entry) or entry.copy_of)
            ]
            run = self.office.draft(month, programme_as_written(self.inputs), taken, manual, cancelled)
        self._approve(month, run)

    def _settle(self, month: str, files: list[Delivery]) -> None:
        held_back = any(self._held_back(entry) for entry in files)
        accept = ("--accept", "Nachtrag") if self.edited else ()
        self._done("settle", month, "--direct", "--by", "Eva", *accept, codes=(1,) if held_back else (0,))
        self.happened["held back"] += held_back
        self.happened["sent again"] += any(entry.copy_of for entry in files)

    def _approve(self, month: str, run: Run) -> None:
        date = last_day(next_month(month)).isoformat()[:8] + "15"
        self._done("approve", month, "--by", "Frida", "--date", date)
        self.office.post(run)
        self._compare_postings(month, run)
        self._compare_cases(month, run)
        self._compare_recipients(month, run)
        self._done("verify")
        self.happened["months"] += 1
        for line in run.lines:
            if line["delta_cents"]:
                self.happened[line["kind"]] += 1
                self.happened["late line"] += line["service_month"] < month
        if programme_as_written(self.inputs)["savings"].get("guarantee", "municipality") == "municipality":
            over = self.office.overcharged(run, month)
            if over:
                raise Difference(f"{month}: charged more than was saved: {over}")

    def _edit(self, month: str) -> None:
        if "editing" in self.without or month == self.world.months[0]:
            return
        if self.rng.random() < 0.12:
            self._edit_programme()
        if self.rng.random() < 0.08:
            self._edit_law(month)

    def _leave(self, month: str) -> None:
        """One town leaves with the month before, mostly into another: its lines stay its own, later months bring no returns."""
        before = max((known for known in self.world.months if known < month), default="")
        often = 1 if "merging" in self.certain else 0.2
        if (
            "merging" in self.without
            or self.left
            or len(self.world.towns) < 2
            or not before
            or self.rng.random() > often
        ):
            return
        leaver, heir = self.rng.sample([town.ags for town in self.world.towns], 2)
        self.left = Leaving(leaver, before, heir if self.rng.random() < max(often, 0.8) else "")
        file = self.inputs / "programme.toml"
        own = f'ags = "{leaver}"\n'
        told = f'{own}until = "{before}"\n' + (f'successor = "{heir}"\n' if self.left.successor else "")
        file.write_text(file.read_text(encoding="utf-8").replace(own, told, 1), encoding="utf-8", newline="\n")
        self.happened["merged" if self.left.successor else "left"] += 1

    def _held_back(self, entry: Delivery) -> bool:
        return entry.broken or bool(self.left and entry.ags == self.left.ags and entry.month > self.left.until)

    def _edit_programme(self) -> None:
        file = self.inputs / "programme.toml"
        text = file.read_text(encoding="utf-8")
        name, values = self.rng.choice([edit for edit in PROGRAMME_EDITS if edit[0] in text])
        places = [place for place in range(len(text)) if text.startswith(name, place)]
        place = self.rng.choice(places) + len(name)
        old = text[place:].split('"')[0].split("\n")[0]
        file.write_text(
            text[:place] + self.rng.choice(values) + text[place + len(old) :], encoding="utf-8", newline="\n"
        )
        self.edited = True
        self.happened["programme edited"] += 1

    def _edit_law(self, month: str) -> None:
        """One row of a table that holds in the months settled has another amount from now on."""
        table, column, more = self.rng.choice(LAW_EDITS)
        path = self.folder / "inputs" / "law" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        first = last_day(self.world.months[0]).isoformat()
        in_force = [
            row for row in rows if row["valid_from"] <= last_day(month).isoformat() and (row["valid_to"] or "9") >= first
        ]  # fmt: skip
        row = self.rng.choice(in_force)
        if table == "agh_allowance":
            row[column] = f"{float(row[column]) + more / 100:.2f}"
        else:
            row[column] = str(int(row[column]) + more)
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue(), encoding="utf-8", newline="\n")
        self.edited = True
        self.happened["law edited"] += 1

    def _order(self, month: str) -> tuple[list[Row], list[tuple[str, str]]]:
        """Manual lines and documents to cancel, as they were ordered."""
        manual, cancelled = [], []
        open_months = [known for known in self.world.months if self.office.closed_until < known <= month]
        if "adjusting" not in self.without and self.rng.random() < 0.25:
            self.vouchers += 1
            of_month, ags = self.rng.choice(open_months), self.rng.choice(self.world.towns).ags
            cents, voucher = self.rng.choice((10_00, -77, 1, -500_00)), f"V-{self.vouchers}"
            amount = f"{cents / 100:.2f}".replace(".", ",")
            self._done(
                "adjust", ags, amount, "--month", of_month, "--reason", "R", "--voucher", voucher, "--by", "Olga"
            )
            key = dict(zip(KEY, (of_month, ags, "", "adjustment", voucher), strict=True))
            manual.append(key | {"computed_cents": cents})
            self.happened["adjusted"] += 1
        if "cancelling" not in self.without and self.rng.random() < 0.3:
            cancelled += self._cancel()
        return manual, cancelled

    def _cancel(self) -> Iterator[tuple[str, str]]:
        """One document; refused where it has lines of closed months."""
        if not self.office.postings:
            return
        with self._ledger() as connection:
            documents = connection.execute(
                "SELECT d.number, d.ags, r.month, r.run_id FROM documents d JOIN runs r USING (run_id)"
                " WHERE r.state = 'approved' AND d.number IS NOT NULL AND d.kind <> 'nil' ORDER BY d.number"
            ).fetchall()
            documents = [entry for entry in documents if entry[0] not in self.cancelled]
            if not documents:
                return
            number, ags, month, run_id = self.rng.choice(documents)
            months = connection.execute(
                "SELECT service_month FROM lines WHERE run_id = ? AND ags = ? AND reversal_of IS NULL", (run_id, ags)
            ).fetchall()
        closed = any(of_month <= self.office.closed_until for (of_month,) in months)
        self._done("cancel", number, "--reason", "R", "--by", "Olga", codes=(2,) if closed else (0,))
        self.happened["reversal refused" if closed else "reversed"] += 1
        if not closed:
            self.cancelled.add(number)
            yield ags, month

    def _withdraw(self, month: str, manual: list[Row], files: list[Delivery]) -> list[Row]:
        """Sometimes a manual line of the draft is taken back, and the draft is made anew."""
        if not manual or self.rng.random() < 0.7:
            return manual
        key = manual[0]
        self._done(
            "adjust", key["ags"], "--month", key["service_month"], "--voucher", key["reference"], "--reason", "R",
            "--by", "Olga", "--withdraw",
        )  # fmt: skip
        self._settle(month, files)
        self.happened["withdrawn"] += 1
        return []

    def _close_or_open(self, month: str) -> None:
        year = self.world.months[0][:4]
        if "closing" in self.without or month < f"{year}-12":
            return
        if self.office.closed_until and self.rng.random() < 0.2:
            self._done("close", "--reopen", year, "--reason", "Prüfung", "--by", "Frida")
            self.office.reopen()
            self.happened["opened again"] += 1
        elif not self.office.closed_until and self.rng.random() < (1 if "closing" in self.certain else 0.6):
            self._done("close", year, "--by", "Frida")
            self.office.close(int(year))
            self.happened["closed"] += 1

    def _ledger(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.outputs / 'ledger.db'}?mode=ro", uri=True)

    def _compare_postings(self, month: str, run: Run) -> None:
        """What the run posted, settled lines and reversals apart, with what they were computed to be."""
        with self._ledger() as connection:
            found = connection.execute(
                f"SELECT {', '.join('l.' + name for name in KEY)}, reversal_of, computed_cents, posted_before_cents, delta_cents"
                " FROM lines l JOIN runs r USING (run_id) WHERE r.month = ? AND r.state = 'approved'",
                (month,),
            ).fetchall()
        settled, reversed_lines = Counter[Key](), Counter[Key]()
        amounts = {key_of(line): line for line in run.lines}
        problems = []
        for *names, reversal_of, computed, before, delta in found:
            key = tuple(name or "" for name in names)
            (settled if reversal_of is None else reversed_lines)[key] += delta
            line = amounts.get(key)
            if line is None and reversal_of is None:
                problems.append(f"{key}: no line by the rules, posted {delta}")
            elif line is not None and reversal_of is None:
                expected = line["computed_cents"], line["posted_before_cents"]
                if expected != (computed, before):
                    problems.append(f"{key}: computed, posted before: {(computed, before)} instead of {expected}")
        expected_lines, expected_reversals = Counter[Key](), Counter[Key]()
        for line in run.lines:
            expected_lines[key_of(line)] += line["delta_cents"]
        for line in run.reversals:
            expected_reversals[key_of(line)] += line["delta_cents"]
        for what, ours, theirs in (
            ("settled", settled, expected_lines), ("reversed", reversed_lines, expected_reversals),
        ):  # fmt: skip
            for key in sorted(ours.keys() | theirs.keys()):
                if ours[key] != theirs[key]:
                    problems.append(f"{key}: {what} {ours[key]} instead of {theirs[key]}")
        if problems:
            raise Difference("\n".join([f"{month}: the postings are not those of the rules", *problems]))

    def _compare_recipients(self, month: str, run: Run) -> None:
        """What is settled for a municipality that merged is on the booking list with its successor's Personenkonto."""
        if not (self.left and self.left.successor):
            return
        total = sum(line["delta_cents"] for line in [*run.lines, *run.reversals] if line["ags"] == self.left.ags)
        text = (self.outputs / month / f"Buchungen-{month}.csv").read_text(encoding="utf-8-sig")
        rows = [
            row for row in csv.DictReader(text.splitlines(), delimiter=";") if row["Gemeindeschlüssel"] == self.left.ags
        ]
        debtors = {town.ags: town.debtor for town in self.world.towns}
        if {row["Personenkonto"] for row in rows} - {debtors[self.left.successor]} or (total and not rows):
            raise Difference(f"{month}: {total} cents of {self.left} are booked as {rows}")
        self.happened["booked on a successor"] += bool(rows)

    def _compare_cases(self, month: str, run: Run) -> None:
        """The derivation of every case month, premiums of closed months left out: no line is made of them."""
        table = pl.read_parquet(self.outputs / month / "cases.parquet").to_dicts()
        found = {(row["ags"], row["case_id"], row["service_month"]): row for row in table}
        problems = []
        for row in run.cases:
            place = row["ags"], row["case_id"], row["service_month"]
            here = found.get(place, {})
            names = [name for name in row if name != "premium_cents" or place[2] > self.office.closed_until]
            problems += [
                f"{place} {name}: {here.get(name, 'missing')} instead of {row[name]}"
                for name in names
                if here.get(name, "missing") != row[name]
            ]
        if problems or len(found) != len(run.cases):
            raise Difference("\n".join([f"{month}: {len(found)} case months instead of {len(run.cases)}", *problems]))


_OPTIONAL = ("saved_cents", "counted_months", "employed_since")


def _opening_cells(row: Row) -> tuple[str, ...]:
    saved, months, since = (row.get(name) for name in _OPTIONAL)
    return (
        row["service_month"], row["ags"], row["case_id"], GERMAN_KIND[row["kind"]], row["reference"],
        _euros(row["computed_cents"]), "" if saved is None else _euros(saved), "" if months is None else str(months),
        "" if since is None else since.isoformat(),
    )  # fmt: skip


def _euros(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


def _replaced(entry: Delivery, later: list[Delivery]) -> bool:
    return any((entry.folder, entry.name) == (other.folder, other.name) for other in later)


def accepted_rows(entry: Delivery) -> Rows:
    """The rows as intake gives them, and whose they are."""
    return {
        table.name: [
            {column.name: column.empty for column in table.columns}
            | {name: value for name, value in row.items() if value is not None}
            | {"ags": entry.ags, "month": entry.month, "file_sha256": "", "sheet": table.sheet, "row": 0}
            for row in entry.rows.get(table.name, ())
        ]
        for table in TABLES
    }


def play(
    seed: int, folder: Path, without: frozenset[str] = frozenset(), certain: frozenset[str] = frozenset()
) -> Counter[str]:
    """The life of a seed in a folder of its own; what happened in it. Difference names the seed."""
    try:
        return Life(random_world(seed, without, certain), folder, without, certain).play()
    except Exception as error:
        error.add_note(f"seed {seed}")
        raise


def _told(happened: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(happened.items()) if count)


def main() -> int:
    """The long form: see the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", action="append", choices=WITHOUT, default=[])
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    failed, happened = [], Counter[str]()
    for seed in range(options.seed, options.seed + options.count):
        folder = Path(tempfile.mkdtemp(prefix=f"random-{seed}-", dir=options.keep))
        try:
            life = play(seed, folder, frozenset(options.without))
            happened += life
            print(f"seed {seed}: 0 cents apart; {_told(life)}", flush=True)
        except Difference as difference:
            failed.append(seed)
            print(f"seed {seed}: {difference}", flush=True)
        except Exception:  # noqa: BLE001  # a traceback of the command is a difference too; the other seeds still count
            failed.append(seed)
            print(f"seed {seed}: {traceback.format_exc()}", flush=True)
        finally:
            if options.keep is None:
                shutil.rmtree(folder)
    print(
        f"{options.count} programmes, {len(failed)} with differences{': ' if failed else ''}{', '.join(map(str, failed))}"
    )
    print(_told(happened))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
