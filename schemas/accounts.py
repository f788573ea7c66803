"""Who works with the workspace in the browser: accounts, roles, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.identifiers import Ags


class Role(StrEnum):
    """What an account is there for; the values are what an administrator types."""

    CLERK = "sachbearbeitung"
    APPROVER = "freigabe"
    MUNICIPALITY = "kommune"
    BOARD = "projektbeirat"
    AUDITOR = "pruefung"
    ADMINISTRATOR = "verwaltung"


GERMAN_ROLE = {
    Role.CLERK: "Sachbearbeitung",
    Role.APPROVER: "Freigabe",
    Role.MUNICIPALITY: "Kommune",
    Role.BOARD: "Projektbeirat",
    Role.AUDITOR: "Prüfung",
    Role.ADMINISTRATOR: "Verwaltung",
}


ROLE_IN_WORDS = {
    Role.CLERK: "nimmt Meldungen an, entwirft, ordnet an",
    Role.APPROVER: "gibt außerdem frei, was eine andere Person entworfen hat",
    Role.MUNICIPALITY: "meldet für eine Kommune und sieht nur deren Abrechnungen",
    Role.BOARD: "liest die Berichte an den Projektbeirat",
    Role.AUDITOR: "sieht und prüft alles, ändert nichts",
    Role.ADMINISTRATOR: "führt die Konten, prüft Programmdatei und Recht",
}


class Right(StrEnum):
    """What a page or a button asks for."""

    SEE_SETTLEMENT = "see_settlement"  # months, municipalities, cases, documents of the whole county
    TAKE_IN = "take_in"  # returns of all municipalities
    DRAFT = "draft"
    APPROVE = "approve"
    ORDER = "order"  # manual lines, reversals, closings
    SEND_OUT = "send_out"
    SEE_REPORTS = "see_reports"  # board reports and indicators, after disclosure control
    WRITE_REPORTS = "write_reports"  # and calculate premiums
    AUDIT = "audit"
    SEE_LAW = "see_law"
    CHECK_PROGRAMME = "check_programme"
    MANAGE_ACCOUNTS = "manage_accounts"
    OWN_MUNICIPALITY = "own_municipality"  # forms, returns, statements and account of one municipality


_CLERK = frozenset(
    {
        Right.SEE_SETTLEMENT,
        Right.TAKE_IN,
        Right.DRAFT,
        Right.ORDER,
        Right.SEND_OUT,
        Right.SEE_REPORTS,
        Right.WRITE_REPORTS,
        Right.SEE_LAW,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: _CLERK,
    Role.APPROVER: _CLERK | {Right.APPROVE},
    Role.MUNICIPALITY: frozenset({Right.OWN_MUNICIPALITY, Right.SEE_LAW}),
    Role.BOARD: frozenset({Right.SEE_REPORTS}),
    Role.AUDITOR: frozenset({Right.SEE_SETTLEMENT, Right.SEE_REPORTS, Right.AUDIT, Right.SEE_LAW}),
    Role.ADMINISTRATOR: frozenset({Right.MANAGE_ACCOUNTS, Right.CHECK_PROGRAMME, Right.SEE_LAW}),
}


class AccountState(StrEnum):
    """Whether an account may sign in."""

    ACTIVE = "active"
    LOCKED = "locked"


GERMAN_ACCOUNT_STATE = {AccountState.ACTIVE: "aktiv", AccountState.LOCKED: "gesperrt"}


@dataclass(frozen=True)
class Account:
    """A person who may sign in; `ags` is the municipality of the role Kommune and of no other."""

    login: str
    name: str
    role: Role
    ags: Ags | None = None
    state: AccountState = AccountState.ACTIVE

    def may(self, right: Right) -> bool:
        """Whether the account's role has the right."""
        return right in RIGHTS[self.role]

    @property
    def own_ags(self) -> Ags:
        """The municipality of an account of the role Kommune, which is never without one."""
        assert self.ags is not None
        return self.ags


@dataclass(frozen=True)
class OwnPC(Account):
    """Whoever sits at a workspace without accounts, by the name that they gave: four eyes rest on the names alone."""

    def may(self, right: Right) -> bool:
        """Everything that a county does, for there is nobody to divide it with."""
        return right != Right.OWN_MUNICIPALITY


@dataclass(frozen=True)
class Session:
    """Someone who is signed in: whose forms carry `form_token`, so that no other site can send them."""

    account: Account
    form_token: str
