"""Likely pairs among records that nobody has paired: by folded names, with what else speaks for them (B33, E15).

Suggestions only: nothing is ever paired by them. A hundred thousand names a side must do, so not every name is held
against every other one: names are looked up by what is left of them without company form (``forms.near_words``), by
shared e-mail addresses and phone numbers, and by their rarest runs of three letters.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from msgspec import Struct
from rapidfuzz import fuzz, process

from core.model.deciding import Evidence
from core.plan.forms import near_words

LEAST = 88.0
"""Likeness of names, 0 to 100, from which they are suggested without further evidence."""
_LEAST_OF_KANJI = 93.0
"""The same where names hold Chinese characters: one of them makes another name."""
_LEAST_WITH_EVIDENCE = 60.0
_SHOWN = 80
"""Scores from here on are suggested."""
_MOST_EACH = 5
"""Suggestions for one record."""
_MOST = 20_000
_CROWD = 25
"""Records that share a name or an address: from here on it says nothing."""
_POSTINGS = 400
"""Names that are counted for one name's runs of letters, the rarest runs first."""
_TRIED = 20
"""Names that one name is held against."""
_BREATH = 256
_DIGITS = re.compile(r"\d+")
_KANJI = re.compile("[\u3400-\u9fff]")
_WORTH: dict[str, tuple[int, int]] = {"email": (4, 86), "phone": (3, 82), "domain": (2, 0), "city": (1, 0)}
"""What evidence adds to a score, and the score that it comes to at least."""


class Lone(Struct, frozen=True, gc=False):
    """A record without a link. ``family``: only records of the same one are held against each other."""

    id: str
    name: str
    hints: tuple[str, ...] = ()
    family: str = ""


class Likely(Struct, frozen=True, gc=False):
    """Two records that may be the same one."""

    crm_id: str
    books_id: str
    score: int
    why: tuple[Evidence, ...]


class Looked(Struct, frozen=True):
    """What was found, the likeliest first; ``whole`` False: the time was over before everything was looked at."""

    found: tuple[Likely, ...]
    whole: bool


def likely(
    crm: Sequence[Lone], books: Sequence[Lone], *, apart: Container[tuple[str, str]] = frozenset(),
    over: Callable[[], bool] = lambda: False,
) -> Looked:  # fmt: skip
    """Return the likely pairs; the same for the same records in any order. ``over`` is asked whether to end early."""
    ours, theirs = _families(crm), _families(books)
    found: list[Likely] = []
    whole = True
    for family in sorted(ours.keys() & theirs.keys()):
        search = _Search(ours[family], theirs[family], apart, over)
        found += search.run()
        whole = whole and search.whole
    found.sort(key=lambda pair: (-pair.score, pair.crm_id, pair.books_id))
    return Looked(tuple(found[:_MOST]), whole)


def _families(lone: Iterable[Lone]) -> dict[str, list[Lone]]:
    found: dict[str, list[Lone]] = {}
    for each in sorted(lone, key=lambda each: each.id):
        found.setdefault(each.family, []).append(each)
    return found


class _Name(Struct, frozen=True, gc=False):
    """What is compared of a name. Hundreds of thousands are held at once, and no garbage collection looks at them."""

    key: str
    turned: str
    digits: str
    """Names that differ in a number are not alike, however long they are."""


def _name(text: str) -> _Name:
    words = near_words(text)
    key = "".join(words)
    return _Name(key, "".join(sorted(words)) if len(words) > 1 else "", " ".join(_DIGITS.findall(key)))


class _Search:
    def __init__(
        self, crm: list[Lone], books: list[Lone], apart: Container[tuple[str, str]], over: Callable[[], bool]
    ) -> None:
        self._crm, self._books, self._apart, self._over = crm, books, apart, over
        self.whole = True
        self._pairs: dict[tuple[int, int], Likely] = {}

    def run(self) -> Iterator[Likely]:
        self._ours = [_name(each.name) for each in self._crm]
        if self._late():
            return
        self._theirs = [_name(each.name) for each in self._books]
        for step in (self._same, self._turned, self._evident, self._alike):
            if self._late():
                break
            step()
        yield from self._best()

    def _late(self) -> bool:
        if self._over():
            self.whole = False
        return not self.whole

    def _same(self) -> None:
        """Names that differ in form, case, width or spacing alone."""
        self._joined([each.key for each in self._ours], [each.key for each in self._theirs], 96.0, "same")

    def _turned(self) -> None:
        """Names of the same words in another order: a given and a family name."""
        self._joined([each.turned for each in self._ours], [each.turned for each in self._theirs], 92.0, "name")

    def _joined(self, ours: list[str], theirs: list[str], base: float, why: Evidence) -> None:
        known = _places(ours)
        for at, key in enumerate(theirs):
            rows = known.get(key, ()) if key else ()
            if len(rows) <= _CROWD:
                for row in rows:
                    self._add(row, at, base, why)

    def _evident(self) -> None:
        """Names that are somewhat alike, of records that share an address or a number."""
        strong = ("email:", "phone:")
        known: dict[str, list[int]] = defaultdict(list)
        for row, lone in enumerate(self._crm):
            for hint in lone.hints:
                if hint.startswith(strong):
                    known[hint].append(row)
        for at, lone in enumerate(self._books):
            for hint in lone.hints:
                rows = known.get(hint, ())
                if 0 < len(rows) <= _CROWD:
                    for row in rows:
                        self._compare(row, at)

    def _compare(self, row: int, at: int) -> None:
        one, two = self._ours[row], self._theirs[at]
        if one.digits == two.digits:
            ratio = fuzz.ratio(one.key, two.key, score_cutoff=_LEAST_WITH_EVIDENCE)
            if ratio:
                self._add(row, at, ratio * 0.95, "name")

    def _alike(self) -> None:
        """Names that are alike, found by their rarest runs of letters."""
        ours = _places([each.key for each in self._ours])
        keys = list(ours)
        postings: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(keys):
            for gram in _grams(key):
                postings[gram].append(place)
        for count, (key, places) in enumerate(_places([each.key for each in self._theirs]).items()):
            if count % _BREATH == 0 and self._late():
                return
            if len(places) > _CROWD:
                continue
            near = [keys[place] for place in _near(key, keys, postings)]
            for other, ratio, _ in process.extract(key, near, scorer=fuzz.ratio, score_cutoff=LEAST, limit=None):
                least = LEAST if key.isascii() or not _KANJI.search(key) else _LEAST_OF_KANJI
                if other != key and ratio >= least and len(ours[other]) <= _CROWD:
                    for row in ours[other]:
                        for at in places:
                            if self._ours[row].digits == self._theirs[at].digits:
                                self._add(row, at, ratio * 0.95, "name")

    def _add(self, row: int, at: int, base: float, why: Evidence) -> None:
        one, two = self._crm[row], self._books[at]
        known = self._pairs.get((row, at))
        if (one.id, two.id) in self._apart:
            return
        if why == "same" and one.name.strip() == two.name.strip():
            base, why = 98.0, "exact"
        score, told = base, [why]
        shared = {hint.partition(":")[0] for hint in one.hints if hint in two.hints}
        least = 0
        for kind, (more, floor) in _WORTH.items():
            if kind in shared:
                score, least = score + more, max(least, floor)
                told.append(kind)  # type: ignore[arg-type]
        whole = min(100, round(max(score, least)))
        if whole >= _SHOWN and (known is None or known.score < whole):
            self._pairs[row, at] = Likely(one.id, two.id, whole, tuple(told))

    def _best(self) -> Iterator[Likely]:
        """Yield the likeliest first, few for each record."""
        crm: dict[str, int] = defaultdict(int)
        books: dict[str, int] = defaultdict(int)
        for each in sorted(self._pairs.values(), key=lambda pair: (-pair.score, pair.crm_id, pair.books_id)):
            if crm[each.crm_id] < _MOST_EACH and books[each.books_id] < _MOST_EACH:
                crm[each.crm_id] += 1
                books[each.books_id] += 1
                yield each


def _places(keys: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return where each key stands; of one that stands everywhere, enough places to tell."""
    found: dict[str, tuple[int, ...]] = {}
    for place, key in enumerate(keys):
        known = found.get(key, ())
        if key and len(known) <= _CROWD:
            found[key] = (*known, place)
    return found


def _grams(key: str) -> set[str]:
    """Return the runs of three letters of a key, its ends among them."""
    text = f"\x02{key}\x03"
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _near(key: str, keys: list[str], postings: dict[str, list[int]]) -> list[int]:
    """Return the places of the names that share the most of a name's rarest runs of letters."""
    lists = sorted((found for gram in _grams(key) if (found := postings.get(gram))), key=len)
    counts: dict[int, int] = {}
    left, size = _POSTINGS, len(key)
    for places in lists:
        if len(places) > left and counts:
            break
        for place in places[:left]:
            counts[place] = counts.get(place, 0) + 1
        left -= len(places)
    # Names of too different a length cannot be alike.
    fit = [place for place in counts if min(size, len(keys[place])) >= 0.78 * max(size, len(keys[place]))]
    fit.sort(key=lambda place: (-counts[place], place))
    return fit[:_TRIED]
