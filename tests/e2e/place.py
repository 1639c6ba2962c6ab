"""A user's place: a home folder of its own, and the commands run in it as a user runs them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.sandbox.testing import RunningSandbox
from tests.e2e.terminal import processes, until

KAKEHASHI = str(Path(sys.executable).with_name("kakehashi"))


class Place:
    """Runs ``kakehashi`` with ``home`` as its home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {**os.environ, "KAKEHASHI_HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.env.pop("KAKEHASHI_PASSPHRASE", None)

    def run(self, *words: str, given: str = "", seconds: float = 240) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [KAKEHASHI, *words], check=False, env=self.env, input=given, capture_output=True, text=True, timeout=seconds
        )

    def ask(self, *words: str, given: str = "", codes: tuple[int, ...] = (0,)) -> Any:
        """Run one command with ``--json`` and return what it printed; AssertionError for another exit code."""
        done = self.run(*words, "--json", given=given)
        assert done.returncode in codes, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def connect(self, zoho: RunningSandbox) -> None:
        """Join the default profile to a sandbox."""
        done = self.run("connect", "--sandbox", "-", given=json.dumps(zoho.info))
        assert done.returncode == 0, done.stderr

    def agent_pid(self) -> int:
        """Return the pid of the running agent (starts it where there is none)."""
        return int(self.ask("status")["pid"])

    def kill_agent(self, pid: int) -> None:
        """Kill -9, and wait until it is gone."""
        os.kill(pid, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes(), 10,
              lambda: f"{pid} does not die")  # fmt: skip

    def close(self) -> None:
        """Stop the agent; fail if a process of this place stays."""
        self.run("stop")
        until(lambda: not processes(str(self.home)), 15, lambda: "\n".join(processes(str(self.home))))
