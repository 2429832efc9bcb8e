"""Measures the speed of grading: ``python -m benchmarks.speed``. Grading needs nothing of this folder."""
