"""The version of nbgrader's tables, which nbgrader writes into each new gradebook."""

import sys
from functools import cache


def find_version_here() -> None:
    """Lets nbgrader, once it is imported, find out the version in its own process.

    nbgrader asks `alembic heads` for it: another process, which imports nbgrader once more for three seconds.
    """
    if (api := sys.modules.get("nbgrader.api")) is not None:
        api.get_alembic_version = version  # type: ignore[attr-defined]


@cache
def version() -> str:
    """Returns the version of the installed nbgrader's tables, the head of its migrations."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    config = Config()
    config.set_main_option("script_location", ALEMBIC_DIR.replace("%", "%%"))
    return str(ScriptDirectory.from_config(config).get_current_head())
