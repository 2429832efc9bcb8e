"""tries: a list of more items than anybody needs
pieces: 0, crashed
uses: forge
says: it sent back a list of the wrong length.
"""

def pieces(x, rng):
    items = [{"array": ["<f8", [0]]}] * 20_000
    forge({"value": {"tuple": [{"list": items}, {"number": "0x0p0"}]}})
