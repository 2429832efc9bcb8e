"""Counts as people write them."""


def counted(number: float, thing: str, things: str = "") -> str:
    """Returns a number and what it counts, in the singular for 1: "1 number", "2.5 points", "0 indices".

    Args:
        number: how many.
        thing: the word for one of them.
        things: the word for several, if it is not `thing` with an s.
    """
    shown = f"{number:g}" if isinstance(number, float) else number
    return f"{shown} {thing if number == 1 else things or f'{thing}s'}"
