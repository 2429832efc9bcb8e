"""Scripts: what jupytext, nbconvert and editors write becomes the cells that it was made from."""

import jupytext
import nbformat
import pytest
from nbconvert.exporters import MarkdownExporter, PythonExporter

from autograder.core.course import Course
from autograder.notebooks import reader
from autograder.notebooks.scripts import markdown_cells, python_cells

JUPYTEXT = ("py:percent", "py:light", "py:hydrogen", "md:markdown", "Rmd", "md:myst")


@pytest.mark.parametrize("form", JUPYTEXT)
def test_what_jupytext_writes_is_read_as_it_was(form: str, course: Course) -> None:
    for topic in course.topics:
        document = jupytext.reads(topic.text.read_text("utf-8"), "py:percent")
        for cell in document.cells:  # myst writes what it cannot parse as it likes
            cell.metadata = {}
        text = jupytext.writes(document, form)
        read = reader.read(text.encode(), "a." + ("py" if form.startswith("py") else "md"))
        wanted = [cell.source.strip() for cell in document.cells if cell.cell_type == "code"]
        assert [cell["source"].strip() for cell in read.cells if cell["cell_type"] == "code"] == wanted, topic.slug
        if form != "md:myst":
            words = [cell.source.strip() for cell in document.cells if cell.cell_type == "markdown"]
            assert [cell["source"].strip() for cell in read.cells if cell["cell_type"] == "markdown"] == words


@pytest.mark.parametrize(("exporter", "name"), [(PythonExporter, "a.py"), (MarkdownExporter, "a.md")])
def test_what_nbconvert_writes_is_read_as_it_was(exporter: type, name: str) -> None:
    sources = ["%matplotlib inline\nimport numpy as np", "def f(x):\n    return x\n\n\n# a note\ny = 2", "f(1)"]
    cells = [nbformat.v4.new_markdown_cell("# Title\n\nwords"), *map(nbformat.v4.new_code_cell, sources)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    text, _ = exporter().from_notebook_node(notebook)
    read = [(cell["cell_type"], cell["source"].strip()) for cell in reader.read(text.encode(), name).cells]
    assert [kind for kind, _ in read] == ["markdown", "code", "code", "code"]
    assert [source for _, source in read][2:] == sources[1:]
    assert read[1][1].endswith("import numpy as np")


def test_plain_code_is_cut_into_paragraphs_that_are_whole_statements() -> None:
    source = '''#!/usr/bin/env python
"""A file."""
import numpy as np

# above
@staticmethod
def f(x):

    """Words

def not_this(): pass
"""
    return x
y = (1,

     2)

# words
# alone

z = 3
'''
    assert [(kind, text.split("\n")[0]) for kind, text in python_cells(source)] == [
        ("code", '"""A file."""'),
        ("code", "# above"),
        ("markdown", "words"),
        ("code", "z = 3"),
    ]


def test_code_that_does_not_parse_is_cut_before_definitions() -> None:
    source = 'x = f"{\'\n\ndef f(x):\n    """\n\ndef no(): pass\n    """\n\n\nclass A:\n    pass\n'
    assert [text.split("\n")[0] for _, text in python_cells(source)] == ["x = f\"{'", "def f(x):", "class A:"]


def test_markdown_keeps_code_of_other_languages_as_text() -> None:
    source = "Words\n```bash\nls\n```\n\n````python\nx = '''\n```\n'''\n````\n~~~py\ny = 1\n~~~\n"
    assert markdown_cells(source) == [
        ("markdown", "Words\n```bash\nls\n```"),
        ("code", "x = '''\n```\n'''"),
        ("code", "y = 1"),
    ]


def test_where_cells_have_braces_other_python_is_text() -> None:
    source = "```{code-cell} ipython3\n:tags: [a]\n\ny = 1\n```\n```python\nx = 1\n```\n"
    assert markdown_cells(source) == [("code", "y = 1"), ("markdown", "```python\nx = 1\n```")]


def test_a_fence_that_is_never_closed_is_read_to_the_end() -> None:
    assert markdown_cells("```python\nx = 1\n") == [("code", "x = 1")]


def test_a_long_script_is_refused_with_a_sentence() -> None:
    read = reader.read(b"x = 1\n" * 100_000, "a.py")
    assert (read.cells, read.repairs) == ([], ["The file is longer than 500000 characters and was not read."])
