"""tries: libraries that the sandbox does not hold
"""

import torch, pandas as pd, matplotlib.pyplot as plt
import scipy.stats
from sklearn.linear_model import LinearRegression
import not_there_at_all
