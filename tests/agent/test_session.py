"""Whether a logout would end the agent, as told by the files of systemd."""

import sys
from pathlib import Path

import pytest

from core.agent.session import lingers, outlasting_scope, survives_logout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="logind is Linux")

SESSION = "0::/user.slice/user-1000.slice/session-3.scope\n"
USER = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope\n"
SERVICE = "0::/system.slice/kakehashi.service\n"


class Machine:
    """The files of a machine with systemd."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("run/systemd/system/.keep", "")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def survives(self, group: str, user: str = "admin") -> bool:
        self.write("proc/self/cgroup", group)
        return survives_logout(self.root, user)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_systemd_nothing_is_ended(tmp_path: Path) -> None:
    assert survives_logout(tmp_path, "admin")


def test_logind_leaves_processes_alone_unless_told(machine: Machine) -> None:
    assert machine.survives(SESSION)


def test_a_session_that_is_cleaned_up_ends_us(machine: Machine) -> None:
    machine.write("etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n")
    assert not machine.survives(SESSION)


def test_a_later_file_has_the_last_word(machine: Machine) -> None:
    machine.write("usr/lib/systemd/logind.conf.d/10-kill.conf", "[Login]\nKillUserProcesses=yes\n")
    machine.write("etc/systemd/logind.conf.d/50-ours.conf", "[Login]\nKillUserProcesses=no\n")
    assert machine.survives(SESSION)


@pytest.mark.parametrize(
    ("more", "survives"),
    [("KillExcludeUsers=admin", True), ("KillOnlyUsers=other", True), ("KillOnlyUsers=admin other", False)],
)
def test_users_can_be_spared(machine: Machine, more: str, survives: bool) -> None:
    machine.write("etc/systemd/logind.conf", f"[Login]\nKillUserProcesses=yes\n{more}\n")
    assert machine.survives(SESSION) is survives


def test_root_is_spared_by_default(machine: Machine) -> None:
    machine.write("etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n")
    assert machine.survives(SESSION, "root")


def test_the_users_systemd_goes_with_the_last_session_unless_it_lingers(machine: Machine) -> None:
    assert not machine.survives(USER)
    machine.write("var/lib/systemd/linger/admin", "")
    assert lingers(machine.root, "admin")
    assert machine.survives(USER)


def test_only_where_nothing_else_saves_it_is_it_put_under_the_users_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("core.agent.session.lingers", lambda: True)
    monkeypatch.setattr("core.agent.session.survives_logout", lambda: True)
    assert outlasting_scope() == []
    monkeypatch.setattr("core.agent.session.survives_logout", lambda: False)
    assert outlasting_scope()[:3] == ["/usr/bin/systemd-run", "--user", "--scope"]
    monkeypatch.setattr("core.agent.session.lingers", lambda: False)
    assert outlasting_scope() == []


def test_a_system_service_stays(machine: Machine) -> None:
    machine.write("etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n")
    assert machine.survives(SERVICE)


def test_a_file_that_makes_no_sense_is_passed_over(machine: Machine) -> None:
    machine.write("etc/systemd/logind.conf", "KillUserProcesses=yes\n[Login\n")
    assert machine.survives(SESSION)
