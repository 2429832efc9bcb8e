"""Makes text files from Jinja templates: nothing is escaped, and a missing word is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **words: str) -> str:
    """Renders `templates/<template>.jinja`.

    Raises:
        jinja2.UndefinedError: the template uses a word that is not given.
    """
    return _environment().get_template(f"{template}.jinja").render(**words)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("autograder.authoring"),
        autoescape=False,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
