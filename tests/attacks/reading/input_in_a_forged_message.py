"""tries: to spell out a hidden input in an error report of its own making
double: 0, crashed
uses: forge
"""

def double(x):
    forge({"error": {"type": "ValueError", "cell": None, "line": None, "text": str(x.tolist())}})
