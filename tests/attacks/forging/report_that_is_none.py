"""tries: an error report whose parts are lists and dictionaries
double: 0, crashed
uses: forge
"""

def double(x):
    forge({"error": {"type": ["ValueError"], "cell": {}, "line": [], "text": {}, "missing": []}})
    os._exit(0)
