"""Experiments for the locked cells of the notebooks: a module for each topic, and what several topics share."""
