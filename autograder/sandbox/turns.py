"""Trusted side: puts off the exercises that need slow cells, so that these take no other exercise's time."""

from .plan import Plan
from .policy import LIMIT
from .process import Budget

MOST_TOGETHER = 10.0  # seconds of processor time for all cells; from then on slow ones are put off
SLOW = 1.0  # seconds of processor time of a cell


class Turns:
    """What of a submission is run first, and what later.

    Attributes:
        put_off: the exercises that need slow cells. Empty if all exercises do: then the cells are put off.
        later: what is run later; None if nothing was put off.
        hurried: whether cells have taken so long that every slow one is put off as soon as it is found to be slow.
    """

    def __init__(self) -> None:
        self.put_off: list[str] = []
        self.later: Plan | None = None
        self.hurried = False
        self._seconds: dict[str, float] = {}  # of processor time, by cell
        self._whole: Plan | None = None

    def budget(self) -> Budget:
        """Returns the time of the next cell."""
        budget = Budget("cell_time")
        if self.hurried:
            budget.cpu = min(budget.cpu, SLOW)
        return budget

    def budget_together(self) -> Budget:
        """Returns the time for all cells in one message: what takes no longer has no slow cell."""
        return Budget("cell_time", SLOW / LIMIT["cell_time"])

    def after(self, cell: str, seconds: float, plan: Plan) -> Plan | None:
        """Notes how long a cell took.

        Args:
            cell: its name.
            seconds: of processor time.
            plan: what is run now.

        Returns:
            What is to be run from now on, in another process; None if the plan stays.
        """
        self._seconds[cell] = self._seconds.get(cell, 0.0) + seconds
        if sum(self._seconds.values()) <= MOST_TOGETHER or (self.hurried and seconds < SLOW):
            return None
        self._whole = self._whole or plan
        slow = [name for name, taken in self._seconds.items() if taken >= SLOW]
        late = self._whole.in_need_of(slow)
        if not late:
            return None
        self.hurried, self.later = True, self._whole.trimmed(list(self._whole.run)).only_for(late)
        self.put_off = late if (others := [name for name in self._whole.needs if name not in late]) else []
        return self._whole.only_for(others) if others else self._whole.without(slow)
