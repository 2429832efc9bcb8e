"""The grader: a pytest plugin, an nbgrader step and a batch engine.

Student code runs in a sandbox, where `sandbox/inside` and `sandbox/wire` are all there is of us. Checks, expected
values, random inputs and scores exist on the trusted side only. ``CONTRIBUTING.md`` has the map.
"""

import sys

# nbformat imports jsonschema, which imports a grammar of web addresses that takes a second and a half to compile.
# jsonschema works without it, and nothing here validates an address: now importing it raises ImportError.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
