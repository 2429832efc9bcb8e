"""The grader: a pytest plugin, an nbgrader step and a batch engine.

Student code runs in a sandbox, where `sandbox/inside` and `sandbox/wire` are all there is of us. Checks, expected
values, random inputs and scores exist on the trusted side only. ``CONTRIBUTING.md`` has the map.
"""
