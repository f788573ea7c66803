"""Who may work with the workspace: accounts, passwords and sessions, for all programmes of an outputs folder.

Door: `store.AccountStore`. Beside the ledgers, and no part of them: a ledger keeps the names of people, not their logins.
"""
