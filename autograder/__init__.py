"""The grader: a pytest plugin, an nbgrader step and a batch engine.

Student code runs in a sandbox (``worker.py`` is all there is of us on that far side); checks, expected
values, random inputs and scores exist on the trusted side only. ``CONTRIBUTING.md`` has the map.
"""
