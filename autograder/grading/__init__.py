"""Runs the checks of a topic on one submission, and explains what is wrong with it."""
