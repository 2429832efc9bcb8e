"""Rules for the English of an instructor's text: each returns what breaks it."""

import re
from collections.abc import Iterator

MOST_WORDS = 30  # of a sentence
_BRITISH = re.compile(
    r"\b\w*(?:generalis|normalis|regularis|initialis|optimis|recognis|behaviour|neighbour|favour|colour|centred|tumour|"
    r"modelled|judgement)\w*",
    re.IGNORECASE,
)
_TRANSLATED = re.compile(r"\b(?:is|are) no (?!longer|more)\w+|\bthat is none\b|\bslip of the pen\b")
_NOT_PROSE = (
    (re.compile(r"## Where the notes differ.*", re.S), ""),  # a row of errata is not a sentence
    (re.compile(r"## References.*", re.S), ""),
    (re.compile(r"\$\$.*?\$\$", re.S), " . "),
    (re.compile(r"\$[^$]+\$"), "x"),
    (re.compile(r"\{\{.*?\}\}", re.S), "0"),
    (re.compile(r"`[^`]*`"), "x"),
    (re.compile(r"<[^>]+>"), " "),
    (re.compile(r"^#+ .*$", re.M), "\n"),
    (re.compile(r"^\|.*$", re.M), ""),
)
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[*-]|\d\.) )")
_END = re.compile(r"(?<=[.?!])[\"”)*]*\s+")


def sentences(text: str) -> Iterator[str]:
    """Yields the sentences of a markdown text; a formula and a piece of code count as a word."""
    for pattern, instead in _NOT_PROSE:
        text = pattern.sub(instead, text)
    for paragraph in _PARAGRAPH.split(text):
        yield from filter(None, _END.split(" ".join(paragraph.split())))


def too_long(text: str) -> list[str]:
    """Returns the sentences of more than `MOST_WORDS` words."""
    return [sentence for sentence in sentences(text) if len(sentence.split()) > MOST_WORDS]


def not_american(text: str) -> list[str]:
    """Returns the words that are spelled as in Britain."""
    return _BRITISH.findall(re.sub(r"`[^`]*`", "", text))


def translated(text: str) -> list[str]:
    """Returns what sounds translated: "is no X", "that is none"."""
    return [match.group() for sentence in sentences(text) for match in _TRANSLATED.finditer(sentence)]
