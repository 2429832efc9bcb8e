"""What `make test` shows: each failure at once, a line for each file that is done, and where the time went."""

from collections import Counter, defaultdict
from pathlib import PurePath

import pytest


class Progress:
    """Writes a line for each file of tests that is done, instead of a dot for each test.

    It is for tests that run in several processes, where dots say nothing of what is going on.
    """

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal
        self._left: Counter[str] = Counter()
        self._tests: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._done = 0

    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._left = Counter(nodeid.partition("::")[0] for nodeid in ids)
        self._tests = Counter(self._left)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.when == "call" and report.passed:
            return "passed", "", "PASSED"
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.partition("::")[0]
        self._seconds[file] += report.duration
        if report.failed:  # the whole of it comes at the end
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = f": {crash.message.splitlines()[0][:200]}" if crash is not None and crash.message else ""
            self._terminal.ensure_newline()
            self._terminal.write_line(f"{report.when} failed  {report.nodeid}{reason}", red=True)
        if report.when != "teardown":
            return
        self._done += 1
        self._left[file] -= 1
        if self._left[file] == 0:
            share = f"{100 * self._done // self._tests.total()} %"
            line = f"{share:>5}  {self._seconds[file]:6.1f} s  {self._tests[file]:4} tests  {file}"
            self._terminal.ensure_newline()
            self._terminal.write_line(line)

    def pytest_terminal_summary(self) -> None:
        """Says where the time went, by folder."""
        folders: defaultdict[str, float] = defaultdict(float)
        tests: Counter[str] = Counter()
        for file, seconds in self._seconds.items():
            folder = str(PurePath(file).parent)
            folders[folder] += seconds
            tests[folder] += self._tests[file]
        self._terminal.section("where the time went: seconds of one worker")
        for folder, seconds in sorted(folders.items(), key=lambda item: -item[1]):
            self._terminal.write_line(f"{seconds:7.1f} s  {tests[folder]:4} tests  {folder}")
        self._terminal.write_line(f"{sum(folders.values()):7.1f} s  {self._done:4} tests  in all")
