"""Wrong answers to 08_capstone, as learners write them when they put a whole network together."""

import numpy as np

from autograder.misconceptions import wrong
