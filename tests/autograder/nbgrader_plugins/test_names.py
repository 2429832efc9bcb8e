"""The names of learners in formgrader's lists."""

from pathlib import Path

import pytest
from nbgrader.server_extensions.formgrader.handlers import static_path

from autograder.nbgrader_plugins.names import SCRIPTS, with_names


@pytest.mark.parametrize(("script", "field"), SCRIPTS.items())
def test_a_script_of_this_nbgrader_gets_one_other_line(script: str, field: str) -> None:
    text = (Path(static_path) / "js" / script).read_text("utf-8")
    better = with_names(text, field)
    assert text.count('var name = last_name + ", " + first_name;') == 1
    assert 'var name = last_name + ", " + first_name;' not in better
    assert better.count(f'|| this.model.get("{field}");') == 1
    assert f'this.model.get("{field}")' in text


def test_a_script_without_that_line_stays_as_it_is() -> None:
    assert with_names("var name = this.model.get('name');", "id") == "var name = this.model.get('name');"
