"""The gradebook and the folders of nbgrader: written in bulk, read without nbgrader, and made safe for it.

nbgrader imports jsonschema, and jsonschema a grammar of web addresses that compiles for two seconds. jsonschema can do
without, and nothing here looks at the form of an address.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # an import of it raises ImportError
