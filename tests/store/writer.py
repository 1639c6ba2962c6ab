"""Commits without end and prints the number of each commit once it is acknowledged; made to be killed.

Goes on where the last one was killed. The small bound makes merges run all the time; told ``merge``, it begins a
checkpoint of many rows after each acknowledgement, so that most kills fall into one.
"""

import sys
from itertools import count
from pathlib import Path

from core.engine.ports import Commit
from core.store.profile import ProfileStore
from tests.store.builders import line, link, seen


def main() -> None:
    store = ProfileStore.open(Path(sys.argv[1]), bound=10_000)
    first = int(store.cursor("last") or -1) + 1
    merging = sys.argv[2:] == ["merge"]
    if merging and not store.count_seen("crm", "Accounts"):
        store.commit(Commit(seen=[seen(number) for number in range(4_000)]))
    for number in count(first):
        store.commit(Commit(links=[link(number)], history=[line(number)], cursors={"last": str(number)}))
        print(number, flush=True)
        if merging:
            store.checkpoint()


if __name__ == "__main__":
    main()
