"""Where the speed figures come from. ``python -m benchmarks.speed`` measures; nothing here is needed for grading."""
