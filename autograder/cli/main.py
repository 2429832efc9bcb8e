"""The command ``autograder``: its subcommands in the order of a teacher's work.

Exit codes: 0 when everything was done (whatever the scores), 1 when an audit falls short or a submission was
left out, 2 for a usage error, 3 for a fault of the grader, 4 if another command is at work and was not waited for.
"""

from typing import Any

import click

from . import streams
from .authoring import audit, build, evidence, new, publish, sample_class, slides, workspace
from .collect import collect
from .doctor import doctor
from .grade import grade
from .serve import serve
from .teaching import export, feedback, report, similar
from .viva import viva


class _InOrder(click.Group):
    """Lists its commands in the order in which they were added, and prepares the output of each."""

    def main(self, *args: Any, **options: Any) -> Any:
        streams.prepare()
        return super().main(*args, **options)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradwise")
def main() -> None:
    """Builds, grades and audits a course of notebooks."""


for command in (
    doctor,
    build,
    collect,
    grade,
    feedback,
    report,
    export,
    similar,
    serve,
    viva,
    audit,
    evidence,
    new,
    publish,
    slides,
    workspace,
    sample_class,
):
    main.add_command(command)
