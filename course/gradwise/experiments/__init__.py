"""Experiments for the locked cells of the notebooks.

A topic's module has the topic's word: `gradients`, `activations`, `normalization`, `initialization`, `regularization`,
`optimizers`, `stopping`, `capstone`. `surfaces` belongs to notebook 06, and `parallel_training` to notebook 05.
`networks`, `seeds` and `patient` are shared by several notebooks.
"""
