"""The one exception that a user reads: a clear German sentence with place, reason and mend."""


class Refusal(Exception):
    """Wrong use or unusable input: nothing was changed, the sentence says what to do (exit code 2)."""
