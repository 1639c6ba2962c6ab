"""Text for the terminal: made harmless, measured in cells, cut and wrapped.

What comes from a record is text: never markup, never an escape sequence. ``clean`` lets nothing through that a terminal
would obey or that terminals disagree about, and widths are those of ``rich.cells``.
"""

import re
import unicodedata

from rich.cells import cell_len, get_character_cell_size

CUT = ".."
"""Marks cut text. ASCII: an ellipsis is of ambiguous width in Japanese terminals."""

_CONTROL_PICTURES = 0x2400
_DROPPED = frozenset({0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x1F3FB, 0x1F400)})
"""Joiners, variation selectors, skin tones: terminals disagree on what they do to widths; the base glyph stays."""
_FLAG_A = 0x1F1E6
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILED_MARKS = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+")
_NO_LINE_START = "。、，．）」』】〉》ー！？)]},.:;!?"


class _Harmless(dict[int, str]):
    """A translation table that decides about a character when it first occurs."""

    def __missing__(self, code: int) -> str:
        shown = self[code] = _harmless(code)
        return shown


def _harmless(code: int) -> str:
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "\u2421"
    if code in _DROPPED:
        return ""
    if _FLAG_A <= code < _FLAG_A + 26:
        return chr(ord("A") + code - _FLAG_A)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"<U+{code:04X}>"
    return chr(code)


_TABLE = _Harmless()


def clean(text: str) -> str:
    """Return ``text`` on one line, with every control, format, surrogate and unassigned character made visible."""
    if text.isascii() and text.isprintable():
        return text
    return _PILED_MARKS.sub(r"\1", text.translate(_TABLE))


def width(text: str) -> int:
    """Return the cells that cleaned text takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Return ``text``, cleaned, cut or padded to exactly ``cells`` cells; ``right`` aligns to the right."""
    if cells <= 0:
        return ""
    text = clean(text[: 4 * cells + 16])
    taken = width(text)
    if taken > cells:
        text = cut(text, cells)
        taken = width(text)
    pad = " " * (cells - taken)
    return pad + text if right else text + pad


def cut(text: str, cells: int) -> str:
    """Return the start of cleaned ``text`` in at most ``cells`` cells, marked when something is missing."""
    if width(text) <= cells:
        return text
    mark = CUT if cells > 4 else ""
    room = cells - len(mark)
    if text.isascii():
        return text[:room] + mark
    taken = 0
    for index, character in enumerate(text):
        taken += get_character_cell_size(character)
        if taken > room:
            return text[:index] + mark
    return text


def wrap(text: str, cells: int, *, most: int = 0) -> list[str]:
    """Return ``text`` cleaned and broken into lines of at most ``cells`` cells; ``most`` > 0 limits the lines.

    Breaks at spaces where there are any, anywhere in running Japanese, and never before a closing mark.
    """
    cells = max(cells, 4)
    lines: list[str] = []
    for piece in text[: (most or 4096) * cells * 4].replace("\r\n", "\n").replace("\t", "    ").split("\n"):
        lines.extend(_wrap_line(clean(piece), cells))
        if most and len(lines) > most:
            return [*lines[: most - 1], cut(lines[most - 1], cells - len(CUT)).removesuffix(CUT) + CUT]
    return lines


def _of_a_word(character: str) -> bool:
    return character.isascii() and character != " "


def _wrap_line(line: str, cells: int) -> list[str]:
    lines: list[str] = []
    while width(line) > cells:
        end, taken = 0, 0
        for index, character in enumerate(line):
            taken += get_character_cell_size(character)
            if taken > cells:
                end = index
                break
        word = end
        while word > 0 and _of_a_word(line[word - 1]) and _of_a_word(line[end]):
            word -= 1
        if width(line[:word]) > cells // 4:
            end = word
        while end > 1 and line[end] in _NO_LINE_START:
            end -= 1
        lines.append(line[:end].rstrip(" "))
        line = line[end:].lstrip(" ")
    lines.append(line)
    return lines
