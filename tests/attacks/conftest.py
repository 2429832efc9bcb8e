"""The factor for the length of the random searches."""

import os

import pytest


@pytest.fixture(scope="session")
def fuzz() -> int:
    """Factor for the number of random trials: 1 in `make test`; set GRADWISE_FUZZ=20 for a night."""
    return int(os.environ.get("GRADWISE_FUZZ", "1"))
