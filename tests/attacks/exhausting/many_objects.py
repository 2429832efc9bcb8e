"""tries: more objects than anybody holds
meter: 2
"""

class Meter(Meter):
    def __init__(self):
        super().__init__()
        self.weight = np.ones(1 << 23)
