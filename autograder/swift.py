"""Imports nbgrader in half the time: a run over a small class is mostly imports.

nbgrader imports jsonschema, and that a grammar of web addresses (rfc3987_syntax), which compiles for two seconds each
time. jsonschema can do without, and nothing here looks at the form of an address: it is hidden while nbgrader loads.

    from . import swift  # noqa: F401
    # isort: split
"""

import sys

_SLOW = "rfc3987_syntax"

_known = {_SLOW: sys.modules[_SLOW]} if _SLOW in sys.modules else {}
sys.modules[_SLOW] = None  # type: ignore[assignment]  # an import of it raises ImportError
try:
    import nbgrader.api  # noqa: F401
finally:
    del sys.modules[_SLOW]
    sys.modules.update(_known)
