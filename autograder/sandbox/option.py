"""The option of a command that says what keeps student code in."""

from collections.abc import Callable
from typing import Any

import click

from . import levels
from .policy import AUTO, CHOICES


def sandbox_option(meaning: str) -> Callable[[Any], Any]:
    """Returns the option `--sandbox`, which chooses for all that the command does.

    Args:
        meaning: what `--help` says of it.
    """
    return click.option(
        "--sandbox",
        type=click.Choice(CHOICES),
        default=AUTO,
        show_default=True,
        envvar=levels.VARIABLE,
        expose_value=False,
        callback=_use,
        help=meaning,
    )


def _use(context: click.Context, option: click.Parameter, name: str) -> None:
    levels.use(name)
