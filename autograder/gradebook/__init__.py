"""The gradebook and the folders of nbgrader: written in bulk, read without nbgrader, and made safe for it.

nbgrader imports jsonschema, which imports a grammar of web addresses that takes two seconds to compile. jsonschema
works without that grammar, and nothing here validates an address; so the import is blocked.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # now importing it raises ImportError
