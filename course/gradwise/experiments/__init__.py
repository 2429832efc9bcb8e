"""Experiments for the locked cells of the notebooks.

A topic's module has the topic's word: `gradients`, `initialization`, `normalization`, `optimizers`, `regularization`,
`stopping`, `capstone`. Notebook 02 has none: its experiments are in its own cells. `surfaces` belongs to notebook 06,
and `parallel_training` to notebook 05. `networks` and `seeds` are shared by several notebooks.
"""
