"""The tables that commands print."""

from autograder.cli.tables import ChangesTable, ClassTable
from autograder.gradebook.marks import Mark

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


def test_the_changes_say_who_from_what_to_what_and_why() -> None:
    before = {"ada": Mark({"relu": 3.0, "words": 2.0}, 3.0), "bo": Mark({"relu": 1.5})}
    after = {"ada": Mark({"relu": 3.0, "words": 2.0}, 5.0), "bo": Mark({"relu": 1.5}), "cy": Mark({"relu": 1.0})}
    table = ChangesTable(before, after)
    assert str(table) == (
        "  1 mark changed: 1 graded for the first time.\n  ada: 2.00 -> 0.00 (taken off for lateness 3.00 -> 5.00)"
    )
    assert table.of("ada") == {"mark_before": 2.0, "mark_after": 0.0}
    assert table.of("cy") == {"mark_before": None, "mark_after": 1.0}
    assert str(ChangesTable(before, before)) == "  No mark changes."
    assert str(ChangesTable({}, after)) == ""
