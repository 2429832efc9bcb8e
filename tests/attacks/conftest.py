"""How long to look for trouble."""

import os

import pytest


@pytest.fixture(scope="session")
def fuzz() -> int:
    """How many times as long as `make test` does: GRADWISE_FUZZ=20 for a night."""
    return int(os.environ.get("GRADWISE_FUZZ", "1"))
