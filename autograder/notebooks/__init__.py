"""Notebook files: reads them in any state, restores the structure of the release, and writes reports into them."""
