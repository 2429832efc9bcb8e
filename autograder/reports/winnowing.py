"""Fingerprints of Python code, which find equal pieces in different texts.

Winnowing, as MOSS does it: S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: local algorithms for document
fingerprinting", SIGMOD 2003. A gram is a few tokens in a row. Of every few grams in a row the gram with the smallest
digest is kept; so two texts that share a long enough piece share one of its digests, wherever the piece stands.
"""

import builtins
import keyword
import tokenize
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from hashlib import blake2b

GRAM = 16  # tokens in a row that have to be equal
WINDOW = 4  # of so many grams in a row one is kept: an equal piece of GRAM + WINDOW - 1 tokens is always found

_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_TELLING = {*keyword.kwlist, *dir(builtins)}  # names that the author did not choose
# Newer Pythons split a string with expressions in it into several tokens; here it is one token, as other strings are.
_BEGINS, _ENDS = (
    {getattr(tokenize, f"{kind}STRING_{end}", None) for kind in "FT"} - {None} for end in ("START", "END")
)


@dataclass(frozen=True)
class Token:
    """A token of the code.

    Attributes:
        text: what it is compared by.
        begin, end: its place in the code, in characters.
    """

    text: str
    begin: int
    end: int


@dataclass(frozen=True)
class Fingerprint:
    """The fingerprint of a text.

    Attributes:
        tokens: the tokens of the text, in order.
        grams: for the digest of each gram that was kept the numbers of the tokens at which the gram begins.
    """

    tokens: list[Token]
    grams: dict[bytes, list[int]]

    def covered(self, digests: Iterable[bytes]) -> list[int]:
        """Returns the numbers of the tokens in the grams with these digests, in order."""
        numbers: list[int] = []
        for start in sorted(start for digest in digests for start in self.grams[digest]):
            numbers += range(max(start, numbers[-1] + 1) if numbers else start, start + GRAM)
        return numbers

    def spans(self, numbers: list[int]) -> list[tuple[int, int]]:
        """Returns the places of tokens, in characters. Tokens that follow each other make one span."""
        spans: list[tuple[int, int]] = []
        for number, previous in zip(numbers, [-2, *numbers], strict=False):
            token = self.tokens[number]
            begin = spans.pop()[0] if number == previous + 1 else token.begin
            spans.append((begin, token.end))
        return spans


def fingerprint(code: str, given: Set[bytes] = frozenset()) -> Fingerprint:
    """Takes the fingerprint of code.

    Args:
        code: any text.
        given: digests of grams that are left out.
    """
    of_code = tokens(code)
    of_grams = digests(of_code)
    grams: dict[bytes, list[int]] = {}
    for start in winnowed(of_grams):
        if of_grams[start] not in given:
            grams.setdefault(of_grams[start], []).append(start)
    return Fingerprint(of_code, grams)


def digests(of_code: list[Token]) -> list[bytes]:
    """Returns a digest of every gram. Python's own hash would differ from run to run."""
    texts = [token.text for token in of_code]
    grams = ("\0".join(texts[start : start + GRAM]) for start in range(len(texts) - GRAM + 1))
    return [blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=8).digest() for gram in grams]


def winnowed(of_grams: list[bytes]) -> list[int]:
    """Returns the numbers of the grams that are kept: of every window the smallest digest, the last of equal ones."""
    chosen: list[int] = []
    for first in range(max(len(of_grams) - WINDOW + 1, min(len(of_grams), 1))):
        window = range(first, min(first + WINDOW, len(of_grams)))
        smallest = min(window, key=lambda number: (of_grams[number], -number))
        if smallest not in chosen[-1:]:
            chosen.append(smallest)
    return chosen


def tokens(code: str) -> list[Token]:
    """Splits code into tokens.

    Layout and comments are left out; all names count as equal, and so do all strings. A line that is not Python is
    passed over.
    """
    lines = [f"{line}\n" for line in code.split("\n")]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def place(row: int, column: int) -> int:
        return min(starts[min(row - 1, len(lines))] + column, len(code))

    kept: list[Token] = []
    done = 0  # lines that have been read
    while done < len(lines):
        begun = done
        rest = (lines[number] for number in range(begun, len(lines)))  # not a copy: every line may be an error
        try:
            for token in _whole_strings(tokenize.generate_tokens(rest.__next__)):
                begin = place(begun + token.start[0], token.start[1])
                end = place(begun + token.end[0], token.end[1])
                if (text := _counting(token)) and (not kept or begin >= kept[-1].end):
                    kept.append(Token(text, begin, end))
                done = max(done, min(begun + token.end[0], len(lines)) - 1)
        except (tokenize.TokenError, SyntaxError, ValueError, SystemError):  # the last for NUL, in Python 3.12.1
            done += 1
        else:
            break
    return kept


def _whole_strings(split: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Puts strings together that newer Pythons split at the expressions in them."""
    begun: list[tokenize.TokenInfo] = []  # a string may stand in an expression of another
    for token in split:
        if token.type in _BEGINS:
            begun.append(token)
        elif token.type in _ENDS and begun:
            token = begun.pop()._replace(type=tokenize.STRING, end=token.end)
        if not begun:
            yield token


def _counting(token: tokenize.TokenInfo) -> str:
    """Returns the text by which a token is compared; empty if it does not count."""
    if token.type in _LAYOUT or token.string.isspace():
        return ""
    if token.type == tokenize.NAME:
        return token.string if token.string in _TELLING else "a name"
    return "a text" if token.type == tokenize.STRING else token.string
