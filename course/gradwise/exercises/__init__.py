"""The public description of every exercise: its names, its visible cases and its hints.

Each topic has a module here, named by its slug. The hidden checks are elsewhere.
"""

from .spec import KINDS, Case, Curve, Exercise, Property, Script, Tolerance, by_id, of_topic, topics

__all__ = ["KINDS", "Case", "Curve", "Exercise", "Property", "Script", "Tolerance", "by_id", "of_topic", "topics"]
