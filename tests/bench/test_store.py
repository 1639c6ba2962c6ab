"""Ratios of design.md §9 for the store, taken side by side in one run. Printed, never asserted.

``pytest -m bench -s tests/bench/test_store.py``. The rivals do the same work: sqlite (WAL, ``synchronous=FULL``) keeps
the same documents in tables with the same indexes; the floor is a bare append of as many bytes and an fdatasync.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from core.engine.ports import Commit
from core.model.link import Link
from core.model.value import Fields
from core.store.profile import ProfileStore
from tests.store.builders import AT, books_id, crm_id, intent, line, seen

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

MANY = 100_000
FEW = 1_000
ROUNDS = 300


def big_link(number: int, word: str = "値") -> Link:
    """A link of about 1 kB, as a dozen mapped fields make it."""
    base: Fields = {f"Billing_Field_{place}": f"{word} {number} of {place}, Minato-ku" for place in range(12)}
    return Link(
        module="customers",
        crm_id=crm_id(number),
        books_id=books_id(number),
        name=f"Bridge Trading {number}",
        crm_base=base,
        books_base=base,
        crm_version=AT,
        books_version=AT,
        linked_at=AT,
        synced_at=AT,
        run_id="r1",
    )


def filled(folder: Path, count: int) -> ProfileStore:
    store = ProfileStore.open(folder)
    for start in range(0, count, 1_000):
        store.commit(Commit(links=[big_link(number) for number in range(start, min(start + 1_000, count))]))
    store.close()
    return ProfileStore.open(folder)


class Sqlite:
    """The rival: a table a kind of document, the JSON beside the columns that the indexes need."""

    def __init__(self, path: Path, count: int) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("pragma synchronous=full")
        self.db.executescript(
            """
            create table links (key text primary key, module, crm_id, books_id, state, doc) without rowid;
            create index links_crm on links (module, crm_id);
            create index links_books on links (module, books_id);
            create index links_state on links (module, state);
            create table seen (key text primary key, side, entity, name, doc) without rowid;
            create index seen_name on seen (side, entity, name);
            create table intents (key text primary key, doc) without rowid;
            create table history (key text primary key, run_id, crm_id, books_id, doc) without rowid;
            create index history_run on history (run_id);
            create index history_crm on history (crm_id);
            create index history_books on history (books_id);
            """
        )
        self.commit(Commit(links=[big_link(number) for number in range(count)]))
        self.db.execute("pragma wal_checkpoint(truncate)")

    def commit(self, commit: Commit) -> None:
        encode = msgspec.json.encode
        self.db.execute("begin immediate")
        self.db.executemany(
            "insert or replace into links values (?, ?, ?, ?, ?, ?)",
            [(one.key, one.module, one.crm_id, one.books_id, one.state, encode(one)) for one in commit.links],
        )
        self.db.executemany(
            "insert or replace into seen values (?, ?, ?, ?, ?)",
            [(one.key, one.side, one.entity, one.name, encode(one)) for one in commit.seen],
        )
        self.db.executemany(
            "insert or replace into history values (?, ?, ?, ?, ?)",
            [(one.id, one.run_id, one.crm_id, one.books_id, encode(one)) for one in commit.history],
        )
        self.db.executemany("delete from intents where key = ?", [(key,) for key in commit.done_intents])
        self.db.executemany(
            "insert or replace into intents values (?, ?)", [(one.id, encode(one)) for one in commit.intents]
        )
        self.db.execute("commit")


def interleaved(rivals: dict[str, Callable[[int], object]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each, taken in turns so that a busy disk is busy for all."""
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(rounds):
        for name, work in rivals.items():
            begun = time.perf_counter()
            work(number)
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in times.items()}


def tell(what: str, value: float, reach: str) -> None:
    print(f"\n{what}: {value:.2f} (reach {reach})", end="")


def appender(path: Path, size: int) -> Callable[[int], None]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    data = b"x" * size

    def append(_: int) -> None:
        os.write(fd, data)
        os.fdatasync(fd)

    return append


def test_one_change(tmp_path: Path) -> None:
    many, few = filled(tmp_path / "many", MANY), filled(tmp_path / "few", FEW)
    rival = Sqlite(tmp_path / "rival.db", MANY)
    size = len(msgspec.json.encode(big_link(1, "new"))) + 60
    took = interleaved(
        {
            "store": lambda n: many.commit(Commit(links=[big_link(n * 331 % MANY, "new")])),
            "few": lambda n: few.commit(Commit(links=[big_link(n * 331 % FEW, "new")])),
            "sqlite": lambda n: rival.commit(Commit(links=[big_link(n * 331 % MANY, "new")])),
            "append": appender(tmp_path / "floor", size),
        },
        ROUNDS,
    )
    print(f"\none change at {MANY:,} links: " + ", ".join(f"{name} {took[name] * 1e6:.0f} µs" for name in took), end="")
    tell("  ÷ sqlite WAL+FULL", took["store"] / took["sqlite"], "≤ 1.5")
    tell("  ÷ append + fdatasync", took["store"] / took["append"], "≤ 2")
    tell("  100k ÷ 1k links", took["store"] / took["few"], "≤ 1.3")
    many.close()
    few.close()


def outcomes(number: int) -> Commit:
    """200 committed outcomes: link with both bases, history line with before-image, catalogue row, intent done."""
    chosen = [(number * 200 + place) * 331 % MANY for place in range(200)]
    return Commit(
        links=[big_link(one, "new") for one in chosen],
        history=[line(one, id=f"h{number}-{one}", before=big_link(one).books_base) for one in chosen],
        seen=[seen(one) for one in chosen],
        done_intents=[f"i{number}-{place}" for place in range(200)],
    )


def test_two_hundred_outcomes(tmp_path: Path) -> None:
    store, rival = filled(tmp_path / "store", MANY), Sqlite(tmp_path / "rival.db", MANY)
    commits = [outcomes(number) for number in range(30)]
    for number in range(30):
        opening = Commit(intents=[msgspec.structs.replace(intent("x"), id=f"i{number}-{n}") for n in range(200)])
        store.commit(opening)
        rival.commit(opening)
    took = interleaved(
        {"store": lambda n: store.commit(commits[n]), "sqlite": lambda n: rival.commit(commits[n])}, len(commits)
    )
    print(f"\n200 outcomes: store {took['store'] * 1e3:.1f} ms, sqlite {took['sqlite'] * 1e3:.1f} ms", end="")
    tell("  ÷ sqlite", took["store"] / took["sqlite"], "≤ 0.5")
    store.close()


OPENER = """
import sys, time
from pathlib import Path
from core.store.profile import ProfileStore

def memory(name):
    status = Path("/proc/self/status").read_text()
    return int(status.partition(name + ":")[2].split()[0]) * 1024

before = memory("VmRSS")
begun = time.perf_counter()
store = ProfileStore.open(Path(sys.argv[1]))
took = time.perf_counter() - begun
assert store.count_links("customers") == int(sys.argv[2])
print(took, memory("VmRSS") - before, memory("VmHWM") - before)
"""


def test_opening(tmp_path: Path) -> None:
    filled(tmp_path / "store", MANY).close()
    json = (tmp_path / "store" / "state.json").stat().st_size
    answers = [
        subprocess.run(
            [sys.executable, "-c", OPENER, str(tmp_path / "store"), str(MANY)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(5)
    ]
    seconds, grown, peak = (statistics.median(float(answer[place]) for answer in answers) for place in range(3))
    print(f"\nopen {MANY:,} links of {json / MANY:.0f} B: {seconds:.2f} s (reach ≤ 1)", end="")
    tell("  resident ÷ JSON", grown / json, "≤ 3")
    tell("  at its peak", peak / json, "≤ 3")


def test_merging_beside_commits(tmp_path: Path) -> None:
    """How long the checkpoint takes, and how long commits of another thread wait meanwhile."""
    store = filled(tmp_path / "store", MANY)
    waits: list[float] = []
    quiet: list[float] = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        store.commit(Commit(links=[big_link(number, "new")]))
        quiet.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    merger = threading.Thread(target=store.checkpoint)
    merger.start()
    while merger.is_alive():
        before = time.perf_counter()
        store.commit(Commit(links=[big_link(len(waits), "newer")]))
        waits.append(time.perf_counter() - before)
    took = time.perf_counter() - begun
    print(
        f"\ncheckpoint of {MANY:,} links beside commits: {took:.2f} s, {len(waits)} commits meanwhile, "
        f"p50 {statistics.median(waits) * 1e3:.1f} ms, worst {max(waits) * 1e3:.1f} ms "
        f"(without: p50 {statistics.median(quiet) * 1e3:.1f} ms, worst {max(quiet) * 1e3:.1f} ms)"
    )
    store.close()
