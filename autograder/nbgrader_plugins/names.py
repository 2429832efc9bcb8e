"""Names of learners in formgrader's lists: where the gradebook has none, the id stands there, and not "None, None".

Two of nbgrader's scripts put a name together from its parts. No setting changes that, so one line is replaced while a
script is sent. A version of nbgrader without that line is sent as it is.
"""

import re
from pathlib import Path

from jupyter_server.base.handlers import JupyterHandler
from nbgrader.server_extensions.formgrader.handlers import static_path
from tornado import web

SCRIPTS = {"manage_students.js": "id", "manage_submissions.js": "student"}  # the field that holds the learner's id

_NAME = re.compile(r'var name = last_name \+ ", " \+ first_name;')
_BETTER = """var name = [this.model.get("last_name"), this.model.get("first_name")]
            .filter(function (part) {{ return part; }}).join(", ") || this.model.get("{field}");"""


def with_names(script: str, field: str) -> str:
    """Returns one of nbgrader's scripts so that it shows the names that are known, else the learner's id.

    Args:
        script: the text of the script.
        field: the field of its model that holds the id.
    """
    return _NAME.sub(lambda _: _BETTER.format(field=field), script)


class Script(JupyterHandler):  # type: ignore[misc]
    """Sends one of formgrader's scripts."""

    @web.authenticated
    def get(self, name: str) -> None:
        """Answers a request for the script."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.write(with_names((Path(static_path) / "js" / name).read_text("utf-8"), SCRIPTS[name]))
