"""tries: to be shown a list of ten thousand arrays of four million empty rows, which hold no number and print for hours
double: 0
"""
import numpy as np

_row = np.zeros((4194304, 0))


def double(x):
    return [_row] * 10000
