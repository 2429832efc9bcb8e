"""The tables that commands print."""

from autograder.cli.tables import ClassTable

from ..sample_results import HALF, NOTHING, RIGHT, SLOW, result


def test_the_class_table_has_a_line_for_each_and_the_most_telling_note() -> None:
    table = ClassTable()
    assert str(table) == "Nothing was graded."
    for entry in (result("cy", NOTHING), result("ada", RIGHT), result("di", SLOW), result("bo", HALF, repairs=("x",))):
        table.add(entry)
    assert str(table) == (
        "02_activations: elu\n"
        "  ada    3.0 / 3  ●\n"
        "  bo     1.5 / 3  ◐  elu-x, 1 repair\n"
        "  cy     0.0 / 3  ·\n"
        "  di     0.0 / 3  ○  elu timed out\n"
        "  4 graded, mean 1.1. ● all right  ◐ partly  ○ wrong  · not attempted"
    )
