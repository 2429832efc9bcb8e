"""tries: a chain of errors with hidden inputs in notes and causes
double: 0, crashed
"""

def double(x):
    try:
        raise KeyError(str(x.tolist()))
    except KeyError as error:
        error.add_note(str(x.tolist()))
        raise SyntaxError(str(x.tolist()), (str(x.flat[0]), 1, 1, str(x.tolist()))) from error
