"""Folders and files that the store will not take: open to others, not ours, newer than us, damaged."""

from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB

from core.engine.ports import Commit
from core.model.problems import Problem
from core.store.frame import wrap
from core.store.migrations import Format
from core.store.profile import ProfileStore
from tests.store.builders import AT, crm_id, line, link
from tests.store.conftest import Opener
from tests.store.files import journal_of, let_go


def problem_of(folder: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        ProfileStore.open(folder)
    assert caught.value.message("en") and caught.value.remedy("ja")
    assert "{" not in caught.value.message("en") + caught.value.remedy("en")
    return caught.value


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_it_makes_is_private(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1)], history=[line(1)]))
    store.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_open_to_others_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir()
    folder.chmod(mode)
    problem = problem_of(folder)
    assert problem.code == "store_unsafe"
    assert problem.detail == {"path": str(folder), "mode": f"{mode:04o}", "wanted": "700"}


@pytest.mark.parametrize("name", ["state.json", "journal.1"])
def test_a_file_open_to_others_is_refused(store: ProfileStore, folder: Path, name: str) -> None:
    let_go(store)
    (folder / name).chmod(0o640)
    problem = problem_of(folder)
    assert (problem.code, problem.detail["wanted"]) == ("store_unsafe", "600")


def test_a_folder_with_somebody_elses_files_is_refused_and_left_alone(folder: Path) -> None:
    folder.mkdir(0o700)
    (folder / "report.pdf").write_bytes(b"x")
    (folder / "draft.new").write_bytes(b"y")
    assert problem_of(folder).code == "store_not_ours"
    assert contents(folder) == {"report.pdf": b"x", "draft.new": b"y"}


def test_a_folder_that_holds_only_the_agents_files_is_taken(folder: Path) -> None:
    folder.mkdir(0o700)
    for name in ("lock", "agent.sock", "vault.json"):
        (folder / name).touch(0o600)
    ProfileStore.open(folder).close()


@pytest.mark.parametrize("content", [b"[1, 2]", b'{"users": {"1": {"name": "x"}}}', b'{"meta": 3}', b'"text"'])
def test_somebody_elses_state_file_is_refused_and_left_alone(folder: Path, content: bytes) -> None:
    folder.mkdir(0o700)
    (folder / "state.json").write_bytes(content)
    (folder / "state.json").chmod(0o600)
    assert problem_of(folder).code == "store_not_ours"
    assert contents(folder) == {"state.json": content}


def test_a_newer_state_is_refused_and_left_alone(opened: Opener, folder: Path) -> None:
    opened(known=Format(known=7)).close()
    before = contents(folder)
    problem = problem_of(folder)
    assert problem.code == "store_too_new"
    assert (problem.detail["found"], problem.detail["known"]) == ("7", "1")
    assert contents(folder) == before


def test_a_newer_journal_is_refused(store: ProfileStore, folder: Path) -> None:
    let_go(store)
    journal_of(folder).write_bytes(wrap(msgspec.json.encode({"journal": 1, "format": 2})))
    assert problem_of(folder).code == "store_too_new"


def three_commits(store: ProfileStore, folder: Path) -> list[int]:
    """Return where each of them ends, after where the first begins."""
    sizes = [journal_of(folder).stat().st_size]
    for number in range(3):
        store.commit(Commit(links=[link(number)]))
        sizes.append(journal_of(folder).stat().st_size)
    let_go(store)
    return sizes


def test_damage_anywhere_before_the_last_record_is_told_with_a_copy_kept(store: ProfileStore, folder: Path) -> None:
    sizes = three_commits(store, folder)
    whole = journal_of(folder).read_bytes()
    for place in range(sizes[2]):
        spoiled = whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :]
        journal_of(folder).write_bytes(spoiled)
        problem = problem_of(folder)
        assert problem.code == "store_damaged"
        assert int(problem.detail["offset"]) == max(size for size in [0, *sizes] if size <= place)
        copy = Path(problem.detail["copy"])
        assert copy.read_bytes() == journal_of(folder).read_bytes() == spoiled
        copy.unlink()


def test_one_sound_record_after_several_damaged_ones_is_enough_to_tell(store: ProfileStore, folder: Path) -> None:
    sizes = three_commits(store, folder)
    spoiled = bytearray(journal_of(folder).read_bytes())
    for place in (sizes[0] + 30, sizes[1] - 1, sizes[1] + 30):
        spoiled[place] ^= 0x01
    journal_of(folder).write_bytes(spoiled)
    assert problem_of(folder).detail["offset"] == str(sizes[0])


def test_a_last_record_of_the_right_length_and_wrong_bytes_is_cut_off_with_a_copy_kept(
    store: ProfileStore, opened: Opener, folder: Path
) -> None:
    three_commits(store, folder)
    spoiled = journal_of(folder).read_bytes()[:-9] + b"zzzzzzz}\n"
    journal_of(folder).write_bytes(spoiled)
    assert opened().count_links("customers") == 2
    assert (folder / "journal.1.damaged").read_bytes() == spoiled


def test_a_torn_tail_leaves_no_copy(store: ProfileStore, opened: Opener, folder: Path) -> None:
    three_commits(store, folder)
    journal_of(folder).write_bytes(journal_of(folder).read_bytes()[:-1])
    assert opened().count_links("customers") == 2
    assert not list(folder.glob("*.damaged*"))


def test_damage_is_told_again_and_copied_once(store: ProfileStore, folder: Path) -> None:
    three_commits(store, folder)
    whole = journal_of(folder).read_bytes()
    journal_of(folder).write_bytes(whole.replace(b"customers", b"customerz", 1))
    first = problem_of(folder)
    assert problem_of(folder).detail == first.detail
    assert len(list(folder.glob("*.damaged*"))) == 1


def test_a_record_that_went_missing_is_damage(store: ProfileStore, folder: Path) -> None:
    sizes = three_commits(store, folder)
    whole = journal_of(folder).read_bytes()
    journal_of(folder).write_bytes(whole[: sizes[1]] + whole[sizes[2] :])
    assert problem_of(folder).detail["offset"] == str(sizes[1])


def test_a_torn_journal_with_a_later_one_is_damage(store: ProfileStore, folder: Path) -> None:
    three_commits(store, folder)
    journal_of(folder).write_bytes(journal_of(folder).read_bytes()[:-5])
    later = folder / "journal.2"
    later.write_bytes(wrap(msgspec.json.encode({"journal": 2, "format": 1})))
    later.chmod(0o600)
    assert problem_of(folder).code == "store_damaged"


def test_any_changed_byte_of_the_state_is_noticed(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1), link(2)], cursors={"customers:crm": AT}))
    store.close()
    state = folder / "state.json"
    whole = state.read_bytes()
    for place in range(len(whole)):
        state.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        problem = problem_of(folder)
        assert problem.code in {"store_damaged", "store_not_ours", "store_too_new"}, place
        assert (folder / "journal.2").exists()
        for copy in folder.glob("*.damaged"):
            copy.unlink()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00"])
def test_a_state_that_is_no_json_is_damaged(store: ProfileStore, folder: Path, content: bytes) -> None:
    store.close()
    (folder / "state.json").write_bytes(content)
    problem = problem_of(folder)
    assert problem.code == "store_damaged"
    assert Path(problem.detail["copy"]).read_bytes() == content


def test_a_lost_state_with_a_journal_left_is_damaged(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1)]))
    let_go(store)
    (folder / "state.json").unlink()
    assert problem_of(folder).code == "store_damaged"


def test_a_state_edited_with_tinydb_opens_with_the_edit(store: ProfileStore, opened: Opener, folder: Path) -> None:
    store.commit(Commit(links=[link(1)], cursors={"customers:crm": AT}))
    store.close()
    with TinyDB(folder / "state.json") as stock:
        data = stock.storage.read()
        assert data is not None
        data["cursors"]["customers:crm"]["value"] = "2024-01-01T00:00:00Z"
        stock.storage.write(data)
    again = opened()
    assert again.cursor("customers:crm") == "2024-01-01T00:00:00Z"
    assert again.link_of("customers", "crm", crm_id(1)) == link(1)


def test_a_state_edited_into_nonsense_is_damaged_where_it_is_nonsense(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1)]))
    store.close()
    with TinyDB(folder / "state.json") as stock:
        data = stock.storage.read()
        assert data is not None
        data["links"][link(1).key]["state"] = "married"
        stock.storage.write(data)
    problem = problem_of(folder)
    assert problem.code == "store_damaged"
    place = int(problem.detail["offset"])
    assert (folder / "state.json").read_bytes()[place:].startswith(b'{"module"')
