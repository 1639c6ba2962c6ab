"""Where a profile lives, and who may enter."""

import os
from pathlib import Path

import pytest

from core.agent.places import SOCKET_BYTES, Place, check_ours, find_place
from core.agent.sockets import listen
from core.model.problems import Problem


def test_the_option_goes_before_the_environment_before_the_platform(tmp_path: Path) -> None:
    environ = {"KAKEHASHI_HOME": str(tmp_path / "by-environment")}
    assert find_place(str(tmp_path / "by-option"), environ=environ).home == tmp_path / "by-option"
    assert find_place(environ=environ).home == tmp_path / "by-environment"
    assert find_place(environ={}).home.name == "kakehashi"


def test_a_relative_home_stays_where_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_place("here", environ={}).home == tmp_path / "here"


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a" * 65, "日本", "a\n"])
def test_what_cannot_name_a_profile_is_refused(name: str) -> None:
    if not name:
        assert find_place("/x", name, environ={}).profile == "default"
        return
    with pytest.raises(Problem) as caught:
        find_place("/x", name, environ={})
    assert caught.value.code == "bad_request"


def test_folders_are_for_their_user_alone(home: Path) -> None:
    place = Place(home)
    place.prepare()
    for folder in (place.home, place.folder, place.log.parent, place.budgets):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_short_path_has_its_socket_in_the_profile(home: Path) -> None:
    place = Place(home)
    assert place.socket.parent == place.folder


def test_a_long_path_has_its_socket_elsewhere_and_it_works(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(home.parent))
    deep = Place(home / ("d" * 60) / ("e" * 60))
    deep.prepare()
    assert deep.socket.parent == home.parent / f"kakehashi-{os.getuid()}"
    assert len(os.fsencode(deep.socket)) <= SOCKET_BYTES
    assert deep.socket.parent.stat().st_mode & 0o777 == 0o700
    listen(deep.socket).close()
    assert deep.socket != Place(deep.home, "other").socket


def test_a_temporary_directory_that_is_too_deep_is_passed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(home / ("t" * 90)))
    assert len(os.fsencode(Place(home / ("d" * 90)).socket)) <= SOCKET_BYTES


def test_somebody_elses_folder_is_not_entered(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(home.parent))
    deep = Place(home / ("d" * 60) / ("e" * 60))
    deep.socket.parent.mkdir(mode=0o777)
    deep.socket.parent.chmod(0o777)
    with pytest.raises(Problem) as caught:
        deep.prepare()
    assert caught.value.code == "store_unsafe"


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    check_ours(tmp_path / "real")
    with pytest.raises(Problem):
        check_ours(tmp_path / "link")


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem) as caught:
        Place(tmp_path / "file" / "home").prepare()
    assert caught.value.code == "store_read_only"


def test_a_stale_socket_makes_room(place: Place) -> None:
    listen(place.socket).close()
    assert place.socket.exists()
    listen(place.socket).close()
