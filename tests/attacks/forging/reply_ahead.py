"""tries: to answer the next question before it is asked
double: 0
total: 1
uses: forge
"""

def double(x):
    number = asked()["id"]
    for ahead in range(50):
        os.write(3, frame({"id": number + ahead, "value": {"array": ["<f8", list(x.shape)]}}, bytes(x.nbytes)))
    return 2 * x
