"""Grading a class: known results are not computed again, and none is lost when a run breaks off."""
