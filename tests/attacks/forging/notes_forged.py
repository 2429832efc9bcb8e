"""tries: notes on warnings and changes that are not notes
double: 0, crashed
uses: forge
says: it sent back a reply with a broken note.
"""

def double(x):
    forge({"value": {"array": ["<f8", list(x.shape)]}, "warnings": [1, None], "changed": {"0": 1}}, (2 * x).tobytes())
    os._exit(0)
