"""tries: to be shown an array of four million empty rows, which has no bytes
double: 0, failed
"""
import numpy as np


def double(x):
    return np.zeros((4194304, 0))
