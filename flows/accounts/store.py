"""The accounts of an outputs folder, their sessions and failed attempts."""

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

from flows.accounts.database import Database
from flows.accounts.passwords import hashed, matches
from flows.accounts.tables import accounts, failures, sessions
from schemas.accounts import Account, AccountState, OwnPC, Role, Session
from schemas.identifiers import Ags

IDLE_SECONDS = 30 * 60
PATIENT_FAILURES = 3  # so many times a password may be mistyped before waiting begins
LONGEST_WAIT_SECONDS = 15 * 60


class AccountStore:
    """Accounts, sessions and failed attempts; every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accounts(self) -> list[Account]:
        """All accounts, by login."""
        if not self._database.present():
            return []
        with self._database.transaction() as connection:
            return [_account(row) for row in connection.execute(sa.select(accounts).order_by(accounts.c.login))]

    def add(self, account: Account, password: str) -> bool:
        """Add an account; False where its login is taken."""
        with self._database.transaction() as connection:
            if connection.scalar(sa.select(accounts.c.login).where(accounts.c.login == account.login)) is not None:
                return False
            values = {
                "login": account.login,
                "name": account.name,
                "role": str(account.role),
                "ags": account.ags,
                "state": str(account.state),
                "password": hashed(password),
            }
            connection.execute(sa.insert(accounts).values(**values))
            return True

    def set_password(self, login: str, *, password: str) -> bool:
        """Give an account another password and end its sessions; False where there is no such account."""
        return self._change(login, password=hashed(password))

    def set_state(self, login: str, state: AccountState) -> bool:
        """Lock or unlock an account and end its sessions; False where there is no such account."""
        return self._change(login, state=str(state))

    def set_role(self, login: str, role: Role, ags: Ags | None) -> bool:
        """Give an account another role and end its sessions; False where there is no such account."""
        return self._change(login, role=str(role), ags=ags)

    def _change(self, login: str, **values: str | None) -> bool:
        with self._database.transaction() as connection:
            changed = connection.execute(sa.update(accounts).where(accounts.c.login == login).values(**values)).rowcount
            connection.execute(sa.delete(sessions).where(sessions.c.login == login))
            connection.execute(sa.delete(failures).where(failures.c.who.in_(_whose(login))))
            return changed > 0

    def seconds_to_wait(self, login: str, address: str, now: int) -> int:
        """How long nobody may try this login, or from this address, after it was tried in vain too often."""
        with self._database.transaction() as connection:
            tried = sa.select(failures).where(failures.c.who.in_(_whose(login, address)))
            waits = [_wait(row.attempts, row.last_at, now) for row in connection.execute(tried)]
        return max(waits, default=0)

    def sign_in(self, login: str, *, password: str, address: str, now: int) -> str | None:
        """The token of a new session; None where login or password is wrong, or the account is locked."""
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.login == login)).one_or_none()
        # Outside the transaction, for it takes its time on purpose and others want to sign in meanwhile.
        right = matches(password, None if row is None else row.password)
        with self._database.transaction() as connection:
            if row is None or not right or row.state != str(AccountState.ACTIVE):
                _note_failure(connection, _whose(login, address), now)
                return None
            connection.execute(sa.delete(failures).where(failures.c.who.in_(_whose(login, address))))
            return _begin(connection, row.login, name=row.name, now=now)

    def begin(self, login: str, *, name: str, now: int) -> str:
        """The token of a new session of someone whom somebody else has signed in, or who has no account."""
        with self._database.transaction() as connection:
            return _begin(connection, login, name=name, now=now)

    def session(self, token: str, now: int) -> Session | None:
        """Whose token it is, if the session has not ended; it stays alive with every look."""
        digest = _digest(token)
        with self._database.transaction() as connection:
            row = connection.execute(sa.select(sessions).where(sessions.c.token_digest == digest)).one_or_none()
            if row is None or row.seen_at + IDLE_SECONDS < now:
                return None
            account = _of_session(connection, row)
            if account is None:
                return None
            if row.seen_at != now:
                seen = sa.update(sessions).where(sessions.c.token_digest == digest)
                connection.execute(seen.values(seen_at=now))
            return Session(account, row.form_token)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._database.transaction() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.token_digest == _digest(token)))


def _whose(login: str, address: str | None = None) -> list[str]:
    """Under what failed attempts are counted; a digest, for what people type as a login may be a password."""
    return [_digest(f"login {login}"), *([] if address is None else [_digest(f"address {address}")])]


def _wait(attempts: int, last_at: int, now: int) -> int:
    if attempts <= PATIENT_FAILURES:
        return 0
    pause = min(1 << min(attempts - PATIENT_FAILURES, 20), LONGEST_WAIT_SECONDS)
    return max(0, last_at + pause - now)


def _note_failure(connection: sa.Connection, who: list[str], now: int) -> None:
    connection.execute(sa.delete(failures).where(failures.c.last_at < now - 2 * LONGEST_WAIT_SECONDS))
    for digest in who:
        attempts = connection.scalar(sa.select(failures.c.attempts).where(failures.c.who == digest)) or 0
        connection.execute(sa.delete(failures).where(failures.c.who == digest))
        connection.execute(sa.insert(failures).values(who=digest, attempts=attempts + 1, last_at=now))


def _begin(connection: sa.Connection, login: str, *, name: str, now: int) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(sa.delete(sessions).where(sessions.c.seen_at < now - IDLE_SECONDS))
    values = {"token_digest": _digest(token), "login": login, "name": name, "form_token": secrets.token_urlsafe(32)}
    connection.execute(sa.insert(sessions).values(**values, seen_at=now))
    return token


def _of_session(connection: sa.Connection, session: Any) -> Account | None:
    """The account as it is now: what was locked meanwhile is signed in no more."""
    if not session.login:
        return OwnPC(login="", name=session.name, role=Role.APPROVER)
    row = connection.execute(sa.select(accounts).where(accounts.c.login == session.login)).one_or_none()
    return _account(row) if row is not None and row.state == str(AccountState.ACTIVE) else None


def _account(row: Any) -> Account:
    return Account(row.login, row.name, Role(row.role), row.ags, AccountState(row.state))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
