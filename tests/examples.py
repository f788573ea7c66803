"""How many examples a property is tried with: all of them, or a tenth where only a quick look is wanted (`make test-quick`)."""

from hypothesis import settings

QUICK = "quick"  # the profile of tests/conftest.py


def examples(full: int) -> int:
    """So many, or a tenth of them in the quick form of the tests."""
    return max(1, full // 10) if settings.get_current_profile_name() == QUICK else full
