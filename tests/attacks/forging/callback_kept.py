"""tries: to call a function of one check in another exercise
double: 0
meter: 0
"""

kept = []
def twice(g, x):
    kept.append(g)
    return g(g(x))
def double(x):
    return kept[0](x)
class Meter(Meter):
    def mean(self):
        return kept[0](1.0)
