"""A class: what is known is not graded again, and nothing is lost when a run ends."""
