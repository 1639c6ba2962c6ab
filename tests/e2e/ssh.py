"""An SSH server of our own on the loopback, and a slow line to it: 200 ms there and back, 32 kB/s."""

import getpass
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.e2e.terminal import until

ONE_WAY, RATE = 0.1, 32_000
"""Seconds, and bytes a second."""
SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
needs_ssh = pytest.mark.skipif(
    SSHD is None or shutil.which("ssh") is None, reason="openssh-server or openssh-client is not installed"
)
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
LogLevel ERROR
"""


class Server:
    """An SSH server that lets this user in by a key of its own; everything it needs is in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        (folder / "config").write_text(CONFIG.format(port=self.port, folder=folder))
        if os.getuid() == 0:
            # Where sshd of a superuser lets its children wait; packages make it at boot, which containers have none of.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.log = (folder / "log").open("wb")
        self.child = subprocess.Popen(
            [str(SSHD), "-D", "-e", "-f", str(folder / "config")], stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=self.log,
        )  # fmt: skip
        until(self._answers, 15, self.told)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as found:
            return found.recv(4) == b"SSH-"
        return False

    def told(self) -> str:
        """What the server said."""
        return (self.folder / "log").read_text(errors="replace")

    def words(self, command: str, env: Mapping[str, str], *, port: int = 0) -> list[str]:
        """The client's command line: a login with a terminal that runs ``command``."""
        given = " ".join(f"{key}='{value}'" for key, value in env.items())
        return [
            "ssh", "-F", os.devnull, "-tt", "-p", str(port or self.port), "-i", str(self.folder / "user"),
            "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={os.devnull}",
            "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", f"{getpass.getuser()}@127.0.0.1",
            f"cd / && exec env {given} {command}",
        ]  # fmt: skip

    def stop(self) -> None:
        """End the server."""
        self.child.terminate()
        self.child.wait(10)
        self.log.close()


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """An SSH server for a while. Skips, and says why, where it lets nobody in (a locked account)."""
    folder.mkdir(mode=0o700)
    made = Server(folder)
    try:
        words = [word for word in made.words("true", {}) if word != "-tt"]
        tried = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False)
        if tried.returncode:
            pytest.skip(f"sshd lets {getpass.getuser()} not in: {tried.stderr.strip()} {made.told().strip()}"[:300])
        yield made
    finally:
        made.stop()


class SlowLine:
    """Carries bytes between whoever connects to ``port`` and another port of this machine, late and slowly."""

    def __init__(self, target: int, *, one_way: float = ONE_WAY, rate: int = RATE) -> None:
        self.target, self.one_way, self.rate = target, one_way, rate
        self._opened: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._server.accept()
                there = socket.create_connection(("127.0.0.1", self.target))
                self._opened += [here, there]
                for come, go in ((here, there), (there, here)):
                    come.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    due: queue.Queue[tuple[float, bytes]] = queue.Queue(64)
                    threading.Thread(target=self._take, args=(come, due), daemon=True).start()
                    threading.Thread(target=self._carry, args=(go, due), daemon=True).start()

    def _take(self, come: socket.socket, due: "queue.Queue[tuple[float, bytes]]") -> None:
        free_at = 0.0
        data = b"-"
        while data:
            try:
                data = come.recv(4096)
            except OSError:
                data = b""
            free_at = max(free_at, time.monotonic()) + len(data) / self.rate
            due.put((free_at + self.one_way, data))

    def _carry(self, go: socket.socket, due: "queue.Queue[tuple[float, bytes]]") -> None:
        data = b"-"
        while data:
            at, data = due.get()
            # This is the line's slowness itself; nothing waits for anything by it.
            time.sleep(max(0.0, at - time.monotonic()))
            with suppress(OSError):
                if data:
                    go.sendall(data)
                else:
                    go.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Drop the line, as a lost network does."""
        self._server.close()
        for each in self._opened:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
