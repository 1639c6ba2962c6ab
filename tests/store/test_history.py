"""History: a file a month, read on demand, kept for as long as was asked."""

from pathlib import Path

import pytest

from core.engine.ports import Commit
from core.model.problems import Problem
from core.store import checkpoint
from core.store.profile import ProfileStore
from tests.store.builders import crm_id, line, run
from tests.store.conftest import Opener


def months(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "history").iterdir())


def at(month: str) -> str:
    return f"{month}-15T00:00:00Z"


def test_lines_go_to_the_file_of_their_month_and_out_of_the_state(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(history=[line(1, at=at("2024-01")), line(2, at=at("2024-02"))]))
    store.checkpoint()
    assert months(folder) == ["2024-01.json", "2024-02.json"]
    assert b"h1" in (folder / "history" / "2024-01.json").read_bytes()
    assert b"h1" not in (folder / "state.json").read_bytes()


def test_a_run_over_months_and_checkpoints_is_read_oldest_first(store: ProfileStore) -> None:
    wanted = []
    for number, month in enumerate(["2024-01", "2024-01", "2024-02", "2024-02", "2024-03"]):
        wanted.append(line(number, at=at(month), crm_id=crm_id(1)))
        store.commit(Commit(history=[wanted[-1], line(100 + number, at=at(month), run_id="r2")]))
        if number % 2:
            store.checkpoint()
    assert list(store.history(run_id="r1")) == wanted
    assert list(store.history(record_id=crm_id(1))) == wanted


def test_a_month_read_before_a_checkpoint_is_read_anew_after_it(store: ProfileStore) -> None:
    store.commit(Commit(history=[line(1)]))
    store.checkpoint()
    assert len(list(store.history(run_id="r1"))) == 1
    store.commit(Commit(history=[line(2)]))
    store.checkpoint()
    assert len(list(store.history(run_id="r1"))) == 2


def test_a_line_written_again_during_a_merge_stays_the_newer_one(
    store: ProfileStore, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.commit(Commit(history=[line(1)]))
    newer = line(1, verb="unlink")
    write = checkpoint.write

    def slow(path: Path, tables: checkpoint.Tables, meta: checkpoint.Meta) -> int:
        size = write(path, tables, meta)
        if path.name == "state.json":
            store.commit(Commit(history=[newer]))
        return size

    with monkeypatch.context() as patched:
        patched.setattr(checkpoint, "write", slow)
        store.checkpoint()
    for one in (store, opened()):
        assert list(one.history(run_id="r1")) == [newer]


def test_old_months_and_their_runs_are_dropped(opened: Opener, folder: Path) -> None:
    store = opened(keep_months=2)
    for number in range(1, 6):
        month = f"2024-{number:02d}"
        store.commit(Commit(history=[line(number, at=at(month))], runs=[run(f"r{number}", started=at(month))]))
        store.checkpoint()
    store.commit(Commit(cursors={"customers:crm": "x"}))
    store.checkpoint()
    assert months(folder) == ["2024-03.json", "2024-04.json", "2024-05.json"]
    assert [one.id for one in store.runs(9)] == ["r5", "r4", "r3"]


def test_six_months_are_kept_over_the_turn_of_a_year(store: ProfileStore, folder: Path) -> None:
    for number, month in enumerate(["2023-08", "2023-09", "2024-03"]):
        store.commit(Commit(history=[line(number, at=at(month))]))
    store.checkpoint()
    store.commit(Commit(cursors={"customers:crm": "x"}))
    store.checkpoint()
    assert months(folder) == ["2023-09.json", "2024-03.json"]


def test_a_damaged_month_is_told_when_it_is_read_and_does_not_stop_new_lines(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(history=[line(1)]))
    store.checkpoint()
    file = folder / "history" / "2024-05.json"
    spoiled = file.read_bytes().replace(b'"verb":"update"', b'"verb":"upd')
    file.write_bytes(spoiled)
    with pytest.raises(Problem) as caught:
        store.history(run_id="r1")
    assert caught.value.code == "store_damaged"
    store.commit(Commit(history=[line(2)]))
    store.checkpoint()
    assert [one.id for one in store.history(run_id="r1")] == ["h2"]
    assert spoiled in [path.read_bytes() for path in (folder / "history").glob("2024-05.json.damaged*")]


def test_an_emptied_month_is_damaged(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(history=[line(1)]))
    store.checkpoint()
    (folder / "history" / "2024-05.json").write_bytes(b"")
    with pytest.raises(Problem) as caught:
        store.history(run_id="r1")
    assert caught.value.code == "store_damaged"


def test_opening_reads_no_history(store: ProfileStore, opened: Opener, folder: Path) -> None:
    store.commit(Commit(history=[line(1)]))
    store.close()
    (folder / "history" / "2024-05.json").chmod(0o644)
    again = opened()
    with pytest.raises(Problem) as caught:
        again.history(run_id="r1")
    assert caught.value.code == "store_unsafe"
