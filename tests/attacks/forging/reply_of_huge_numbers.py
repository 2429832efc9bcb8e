"""tries: numbers of many thousand digits
total: 0, crashed
meter: 0, crashed
uses: forge
"""

def total(x):
    forge({"value": {"number": "0x" + "f" * 100_000}})
class Meter(Meter):
    def mean(self):
        os.write(3, frame(b'{"id": ' + b"9" * 500_000 + b"}"))
