"""tries: attributes that say something else each time they are read
meter: 0
"""

class Meter:
    answers = [1, 2, 3, 4]
    def add(self, value):
        pass
    def __getattr__(self, name):
        return self.answers.pop()
    def __getattribute__(self, name):
        return object.__getattribute__(self, name) if name in ("add", "answers") else 3
