"""The life of a small office: every command once, each from the state that the one before it left.

Each of them can be interrupted at any point (`Step.interrupt`) or run beside another one (`side_by_side`): then the
ledger is as before or as after, `verify` holds, what was said is so, and the same command, started again, ends with the
files of a run that nobody disturbed.
"""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from signal import SIGKILL

import sqlalchemy as sa

from tests.bank import Booked, camt
from tests.command import contents
from tests.faults.interruption import KILL, Ended, run
from tests.faults.small_office import (
    COMMANDS,
    MONTH,
    PROGRAMME,
    Content,
    Office,
    content,
    ledger_of,
    settled_or_not,
    small_office,
)
from tests.verified import verify

NEXT_MONTH = "2025-01"
FREIBERG, CASE = "14522180", "FG-1050"
_OPENING = f"Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro\n{MONTH};{FREIBERG};{CASE};Mehraufwandsentschädigung;FG-03 2024-12-09;5,00\n"
_ADJUST = ("adjust", FREIBERG, "--month", MONTH, "--voucher", "V-1", "--reason", "laut Bescheid", "--by", "Eva")
LIFE: dict[str, tuple[str, ...]] = {
    "forms": ("forms", MONTH),
    "opening": ("opening", "{inputs}/opening.csv", "--by", "Eva"),
    "opening-approval": ("opening", "{inputs}/opening.csv", "--by", "Frida", "--approve", "--date", "2024-12-31"),
    "check": ("check", "{inputs}/mittelsachsen/returns/2024-12/Freiberg_2024-12.xlsx"),
    "settle": tuple(COMMANDS["settle"]),
    "approve": tuple(COMMANDS["approve"]),
    "emit": ("emit", MONTH),
    "certificates": ("certificates", MONTH),
    "send-out": ("send-out", MONTH),
    "report": ("report", "--as-of", "2024-12-31", "--direct"),
    "adjust": (*_ADJUST, "5,00"),
    "withdraw": (*_ADJUST, "--withdraw"),
    "cancel": ("cancel", "AGH-2025-0001", "--reason", "Anschrift", "--by", "Eva"),
    "settle-again": ("settle", NEXT_MONTH, "--direct", "--by", "Eva"),
    "approve-again": ("approve", NEXT_MONTH, "--by", "Frida", "--date", "2025-02-15"),
    "receipts": ("receipts", "{inputs}/auszug.xml", "--by", "Eva"),
    "assign": ("assign", "2", "--foreign", "--reason", "Spende", "--by", "Eva"),
    "release": ("assign", "2", "--release", "--reason", "doch nicht", "--by", "Eva"),
    "outstanding": ("outstanding", "--on", "2025-03-31"),
    "remind": ("remind", "--on", "2025-03-31", "--by", "Eva"),
    "account": ("account", "2025"),
    "close": ("close", "2024", "--by", "Eva"),
    "reopen": ("close", "--reopen", "2024", "--reason", "Prüfung", "--by", "Eva"),
    "close-again": ("close", "2024", "--by", "Eva"),
    "explain": ("explain", CASE, "--month", MONTH),
    "status": ("status",),
    "verify": ("verify",),
    "propose": ("erase", "--before", "2025", "--by", "Eva"),
    "erase": ("erase", "--before", "2025", "--by", "Frida", "--confirm"),
}
# Two at once: state that they start from, and two commands of this office.
PAIRS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("settle", LIFE["settle"], ("settle", MONTH, "--direct", "--by", "Olga")),
    ("approve", LIFE["approve"], ("approve", MONTH, "--by", "Gerda", "--date", "2025-01-16")),
    ("approve", LIFE["approve"], LIFE["settle"]),
    ("approve", LIFE["approve"], (*_ADJUST, "5,00")),
    ("emit", LIFE["emit"], LIFE["emit"]),
    ("report", LIFE["report"], LIFE["report"]),
    ("cancel", LIFE["cancel"], LIFE["settle-again"]),
    ("approve-again", LIFE["approve-again"], LIFE["settle-again"]),
    ("receipts", LIFE["receipts"], LIFE["receipts"]),
    ("assign", LIFE["assign"], ("assign", "2", "--to", FREIBERG, "--reason", "Anruf", "--by", "Olga")),
    ("close", LIFE["close"], ("settle", "2025-02", "--direct", "--by", "Eva")),
    ("erase", LIFE["erase"], LIFE["erase"]),
)
_PASSING = (
    "ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.lock", "ledger.lock-journal", "ledger-identity.json",
)  # fmt: skip
_TO_GO = "liegt noch da."  # of an archived file that an erasure removed: the next command takes it away
_EVERY_TIME = ("report",)  # what enters something each time that it is done


def busy_office(folder: Path, server: sa.URL | None) -> Office:
    """The small office with what its whole life needs."""
    office = small_office(folder, server)
    for month in (NEXT_MONTH, "2025-02"):
        returns = folder / f"inputs/{PROGRAMME}/returns/{month}"
        returns.mkdir()
        for town in ("Frankenberg", "Freiberg"):
            shutil.copy(f"inputs/{PROGRAMME}/returns/{month}/{town}_{month}.xlsx", returns)
    (folder / "inputs/opening.csv").write_text(_OPENING, encoding="utf-8")
    came = [Booked(date(2025, 2, 20), "5.00", "AGH-2025-0001"), Booked(date(2025, 2, 21), "1.00", "Spende")]
    (folder / "inputs/auszug.xml").write_bytes(camt(came))
    return office


def files(outputs: Path) -> dict[str, str]:
    """Everything below the outputs that the same commands make the same."""
    return {name: sha256 for name, sha256 in contents(outputs).items() if Path(name).name not in _PASSING}


def typed(office: Office, words: tuple[str, ...], outputs: Path) -> list[str]:
    """A command of the office's life as it is typed."""
    inputs = office.folder / "inputs"
    return [*(word.format(inputs=inputs) for word in words), "--inputs", str(inputs), "--outputs", str(outputs)]


@dataclass(frozen=True)
class Outcome:
    """What commands left."""

    content: Content
    files: dict[str, str]

    @classmethod
    def of(cls, outputs: Path, address: str | None) -> "Outcome":
        return cls(settled_or_not(content(ledger_of(outputs, address))), files(outputs))


@dataclass(frozen=True)
class Step:
    """A command: the records before it, what it leaves, done once and done twice, and how many steps it has."""

    name: str
    before: Content
    done: Outcome
    twice: Outcome
    steps: int

    @property
    def after(self) -> Content:
        return self.done.content

    def interrupt(self, office: Office, how: str, at: int) -> str:
        """Interrupt the command, look at what is left, and start it again; whether the ledger was as before or as after."""
        where = f"{self.name}, {how} at step {at} of {self.steps}"
        with office.copy(f"before-{self.name}", f"{self.name}-{how.replace(' ', '-')}-{at}") as (outputs, address):
            arguments = typed(office, LIFE[self.name], outputs)
            ended = run(arguments, address, how, at)
            left = settled_or_not(content(ledger_of(outputs, address)))
            assert left in (self.before, self.after), where
            if how == KILL:
                assert ended.code == -SIGKILL, (where, ended)
            else:
                self._check_said(ended, left, where)
            self._check_again(office, arguments, outputs, address, where)
        return "as before" if left == self.before else "as after"

    def _check_said(self, ended: Ended, left: Content, where: str) -> None:
        """What the command said of its end is so."""
        assert ended.code in (0, 2, 3), (where, ended)
        assert "Traceback" not in ended.err, (where, ended)
        assert "die Sicherung einspielen" not in ended.err, (where, ended)
        if ended.code == 0:
            assert left == self.after, (where, ended)
        if ended.code == 3:
            assert "folg" in ended.err or "entfernt der nächste Befehl" in ended.err, (where, ended)
        if self.before != self.after:
            assert ("gebucht wurde dabei nichts" in ended.err) <= (left == self.before), (where, ended)
            assert ended.code != 2 or left == self.before, (where, ended)

    def _check_again(
        self, office: Office, arguments: list[str], outputs: Path, address: str | None, where: str
    ) -> None:
        ledger, archive = ledger_of(outputs, address), outputs / PROGRAMME / "archive"
        assert [problem for problem in verify(ledger, archive) if not problem.endswith(_TO_GO)] == [], where
        was_done = settled_or_not(content(ledger)) == self.after
        again = run(arguments, address)
        assert "Traceback" not in again.err, (where, again)
        assert again.code == 0 or (again.code == 2 and was_done), (where, again)
        left, expected = (
            Outcome.of(outputs, address),
            self.twice if was_done and self.before != self.after else self.done,
        )
        assert left.content == expected.content, where
        assert left.files == expected.files, (where, set(left.files.items()) ^ set(expected.files.items()))
        assert verify(ledger, archive) == [], where


def live(office: Office) -> Iterator[Step]:
    """The office's life, undisturbed; the state before each command is kept under its name."""
    before: Content = {}
    office.keep("before-forms")
    for name, following in zip(LIFE, [*list(LIFE)[1:], "nothing"], strict=True):
        with office.copy(f"before-{name}", "undisturbed") as (outputs, address):
            ended = run(typed(office, LIFE[name], outputs), address)
            assert ended.code == 0, (name, ended)
            done = twice = Outcome.of(outputs, address)
            office.keep(f"before-{following}", "undisturbed")
            if name in _EVERY_TIME:
                assert run(typed(office, LIFE[name], outputs), address).code == 0
                twice = Outcome.of(outputs, address)
        yield Step(name, before, done, twice, ended.steps)
        before = done.content


def one_after_the_other(office: Office, state: str, *commands: tuple[str, ...]) -> Outcome:
    """What they leave, whether they were refused or not."""
    with office.copy(f"before-{state}", "in-turn") as (outputs, address):
        for words in (*commands, ("status",)):
            run(typed(office, words, outputs), address)
        return Outcome.of(outputs, address)


def possible(office: Office, state: str, one: tuple[str, ...], other: tuple[str, ...]) -> list[Outcome]:
    """What two commands at once may leave: one after the other, or one alone where the other was refused."""
    orders = ((one, other), (other, one), (one,), (other,))
    return [one_after_the_other(office, state, *order) for order in orders]


def side_by_side(
    office: Office, state: str, one: tuple[str, ...], other: tuple[str, ...], delay: float, allowed: list[Outcome]
) -> tuple[int, int]:
    """Two commands at once, the other a little later: how they ended. What they leave is what they may."""
    where = f"{' '.join(one)} beside {' '.join(other)} after {delay} s"
    with office.copy(f"before-{state}", "side-by-side") as (outputs, address):

        def later(words: tuple[str, ...], seconds: float) -> Ended:
            time.sleep(seconds)
            return run(typed(office, words, outputs), address)

        with ThreadPoolExecutor(2) as two:
            ended = [done.result() for done in (two.submit(later, one, 0), two.submit(later, other, delay))]
        for each in ended:
            assert each.code in (0, 2), (where, each)
            assert "Traceback" not in each.err, (where, each)
        assert 0 in {each.code for each in ended}, (where, ended)
        ledger = ledger_of(outputs, address)
        assert verify(ledger, outputs / PROGRAMME / "archive") == [], where
        assert run(typed(office, ("status",), outputs), address).code == 0, where
        assert Outcome.of(outputs, address) in allowed, where
    return ended[0].code, ended[1].code
