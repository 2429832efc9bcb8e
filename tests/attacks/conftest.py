"""How long to look for trouble."""

import pytest


@pytest.fixture(scope="session")
def fuzz(long: bool) -> int:
    """Factor for the number of random trials: ten times as many in `make test-long`."""
    return 10 if long else 1
