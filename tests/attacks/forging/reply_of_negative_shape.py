"""tries: shapes that are negative, fractional, true or text
double: 0, crashed
uses: forge
"""

shapes = [[-1], [2.0, 3], [True, 6], ["6"], {"0": 6}, [1] * 50]
def double(x):
    forge({"value": {"array": ["<f8", shapes.pop()]}}, bytes(48))
