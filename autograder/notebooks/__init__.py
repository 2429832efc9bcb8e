"""Notebook files: read whatever their state, put back into the structure of the release, and reported in."""
