"""The gradebook and the folders of nbgrader: written in bulk, read without nbgrader, and made safe for it.

nbgrader imports jsonschema, which imports a grammar of web addresses that takes two seconds to compile. jsonschema
works without that grammar, and nothing here validates an address; so the import is blocked.

config.py  reads nbgrader_config.py, which says where the folders and the gradebook are
intake.py  makes a submitted folder safe for nbgrader
manual.py  reads scores and comments by hand, and penalties for lateness
rows.py    writes the gradebook's rows in bulk, with penalties for lateness
state.py   the state after the last run, read without nbgrader
writer.py  writes the autograded folders, and has the rows written
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # now importing it raises ImportError
