"""tries: to spell out a hidden input as the name of a missing library
double: 0, crashed
uses: forge
"""

def double(x):
    forge({"error": {"type": "ImportError", "missing": str(x.flat[0])}})
