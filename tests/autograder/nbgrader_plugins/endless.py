"""A filter of nbconvert's that does not end for some code."""

import re
from typing import Any

SLOW, DEAD = "slow " * 200, "dead"  # of the second, a beginning is enough


def planted(source: str, *rest: Any, **more: Any) -> str:
    if source == SLOW or source.startswith(DEAD):
        re.match(r"(a|a)*b", "a" * 40)
    return f"<pre>{source}</pre>"
