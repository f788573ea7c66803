"""A sample of random programmes, each played through with the real command; the long form is `random_programmes`."""

from collections import Counter

import pytest

from tests.golden.random_programmes import Difference, play

# Two lives in which every one of EVERYTHING happens; each has opening balances, a merger and a closed year.
SEEDS = (1, 2)
CERTAIN = frozenset({"opening", "merging", "closing"})
EVERYTHING = {
    "adjusted", "booked on a successor", "closed", "draft made anew", "held back", "late line", "law edited", "merged",
    "neutrality", "opened again", "opening", "premium", "programme edited", "reversal refused", "reversed", "sent again",
    "start_up", "withdrawn",
}  # fmt: skip


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Counter[str] | Difference]:
    """What happened in each programme, or in what it was not as the rules say."""
    played: dict[int, Counter[str] | Difference] = {}
    for seed in SEEDS:
        try:
            played[seed] = play(seed, tmp_path_factory.mktemp(f"random-{seed}"), certain=CERTAIN)
        except Difference as difference:
            played[seed] = difference
    return played


@pytest.mark.parametrize("seed", SEEDS)
def test_every_posting_is_that_of_the_rules(seed: int, lives: dict[int, Counter[str] | Difference]) -> None:
    life = lives[seed]
    if isinstance(life, Difference):
        raise life
    assert life["months"] >= 4


def test_everything_happens_in_the_sample(lives: dict[int, Counter[str] | Difference]) -> None:
    """Else a generator that no longer brings a thing up would pass by testing nothing."""
    happened = sum((life for life in lives.values() if isinstance(life, Counter)), Counter[str]())
    assert {name for name, count in happened.items() if count} >= EVERYTHING
