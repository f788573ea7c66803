"""Use case: who may work with the workspace, and how they come in."""

import re
import secrets
from pathlib import Path

from flows.accounts.database import Database
from flows.accounts.passwords import MINIMUM_LENGTH
from flows.accounts.receipts import ReceiptStore
from flows.accounts.store import AccountStore
from flows.ledger.four_eyes import same_person
from flows.ledger.store.connect import server
from schemas.accounts import Account, AccountState, Role, Session
from schemas.identifiers import Ags
from schemas.refusal import Refusal

_READABLE = "abcdefghijkmnpqrstuvwxyz23456789"
Accounts = AccountStore
Receipts = ReceiptStore


def accounts_of(outputs: Path) -> Accounts:
    """The accounts of an outputs folder: beside its ledgers, or on the server that keeps them."""
    return AccountStore(_database(outputs))


def receipts_of(outputs: Path) -> Receipts:
    """What municipalities have handed in through the browser; it lies with the accounts."""
    return ReceiptStore(_database(outputs))


def _database(outputs: Path) -> Database:
    return Database(outputs, server())


def add(accounts: Accounts, account: Account, password: str) -> None:
    """Add an account; Refusal where it is not whole, its login is taken or its password too easy."""
    check_new(accounts, account)
    _check_password(password, account.login)
    if not accounts.add(account, password):
        raise Refusal("login-taken", login=account.login)


def check_new(accounts: Accounts, account: Account) -> None:
    """Refusal where an account is not whole, or is taken; nobody needs to think of a password for it first."""
    if not account.login or not account.name.strip():
        raise Refusal("account-incomplete")
    _check_municipality(account.login, account.role, account.ags)
    for other in accounts.accounts():
        if other.login == account.login:
            raise Refusal("login-taken", login=account.login)
        if same_person(other.name, account.name):
            raise Refusal("account-of-same-person", name=other.name)


def set_password(accounts: Accounts, login: str, *, password: str) -> None:
    """Give an account another password; whoever is signed in with the old one is signed in no more."""
    _check_password(password, login)
    if not accounts.set_password(login, password=password):
        raise Refusal("login-unknown", login=login)


def set_role(accounts: Accounts, login: str, role: Role, ags: Ags | None) -> None:
    """Give an account another role; whoever is signed in with it is signed in no more."""
    _check_municipality(login, role, ags)
    if not accounts.set_role(login, role, ags):
        raise Refusal("login-unknown", login=login)


def check_other(account: Account, login: str) -> None:
    """Refusal where somebody would shut themselves out."""
    if account.login == login:
        raise Refusal("account-own")


def new_password() -> str:
    """A password that is easily read out and copied, of letters and figures that look like no other ones.

    Four times four of 32: 80 bits.
    """
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def set_state(accounts: Accounts, login: str, state: AccountState) -> None:
    """Lock or unlock an account; what is locked is signed in no more."""
    if not accounts.set_state(login, state):
        raise Refusal("login-unknown", login=login)


def sign_in(accounts: Accounts, *, login: str, password: str, address: str, now: int) -> str:
    """The token of a new session; Refusal, the same whatever is wrong, and a pause after too many attempts."""
    if wait := accounts.seconds_to_wait(login, address, now):
        raise Refusal("sign-in-paused", seconds=wait)
    token = accounts.sign_in(login, password=password, address=address, now=now)
    if token is None:
        raise Refusal("sign-in-failed")
    return token


def sign_in_by_proxy(accounts: Accounts, login: str, now: int) -> str:
    """The token of a new session of somebody whom the county's proxy has signed in; Refusal without an active account."""
    account = next((entry for entry in accounts.accounts() if entry.login == login), None)
    if account is None or account.state != AccountState.ACTIVE:
        raise Refusal("proxy-without-account", login=login)
    return accounts.begin(login, name=account.name, now=now)


def begin(accounts: Accounts, *, login: str, name: str, now: int) -> str:
    """The token of a session of someone who has no account and gave a name."""
    if not name.strip():
        raise Refusal("name-missing")
    return accounts.begin(login, name=name, now=now)


def session(accounts: Accounts, token: str, now: int) -> Session | None:
    """Who is signed in with a token."""
    return accounts.session(token, now)


def _check_municipality(login: str, role: Role, ags: Ags | None) -> None:
    if role == Role.MUNICIPALITY and not re.fullmatch(r"\d{8}", ags or ""):
        raise Refusal("account-without-municipality", login=login)
    if role != Role.MUNICIPALITY and ags is not None:
        raise Refusal("account-with-municipality", login=login)


def _check_password(password: str, login: str) -> None:
    if len(password) < MINIMUM_LENGTH or password.lower() == login:
        raise Refusal("password-too-short", least=MINIMUM_LENGTH)


def sign_out(accounts: Accounts, token: str) -> None:
    """End a session."""
    accounts.sign_out(token)


def listed(accounts: Accounts) -> list[Account]:
    """All accounts, by login."""
    return accounts.accounts()
