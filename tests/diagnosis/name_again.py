"""Names misconceptions once more from what was observed of them, in a process of its own: `python name_again.py FILE`.

The file is a pickle of a catalogue, the names of its checks of values, and what was observed and lost: by the solution
of each exercise, and by each entry. The names are printed as JSON.
"""

import json
import pickle
import sys
from pathlib import Path

from autograder.grading.diagnosis import Diagnoser


def main(path: Path) -> None:
    entries, of_values, solution, observed = pickle.loads(path.read_bytes())
    diagnoser = Diagnoser(
        entries,
        of_values,
        lambda exercise, wanted: [observed[entry.id] if entry else solution[exercise] for entry in wanted],
    )
    names = {entry.id: diagnoser.explain(entry.exercise, *observed[entry.id]) for entry in entries}
    print(json.dumps({name: [diagnosis.misconception for diagnosis in given] for name, given in names.items()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
