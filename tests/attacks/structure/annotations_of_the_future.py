"""tries: annotations that mean nothing yet
alone: yes
score: 4
"""

from __future__ import annotations
def double(x: Unknown) -> Unknown:
    return 2 * x
