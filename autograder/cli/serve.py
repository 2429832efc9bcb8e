"""The command ``autograder serve``."""

import os
import sys

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def serve(words: tuple[str, ...]) -> None:
    """Grades what learners submit, at once: a service of a JupyterHub, or with --tokens FILE."""
    os.execv(sys.executable, [sys.executable, "-P", "-m", "autograder.service", *words])
