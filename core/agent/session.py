"""Whether a logout would kill us: systemd's logind may end what a session leaves behind. Best effort, read from files.

A process survives when logind does not kill (the upstream default), or when it stands outside the session: in a system
service, or under the user's own systemd while lingering is on. Without systemd nothing of the kind happens.
"""

import configparser
import getpass
import os
import re
import shutil
import sys
from pathlib import Path

_LOGIND = ("usr/lib/systemd", "run/systemd", "etc/systemd")
"""Later ones win (logind.conf(5))."""


def survives_logout(root: Path = Path("/"), user: str = "") -> bool:
    """Return whether this process outlives the session it was started from. ``root`` is for tests."""
    if not sys.platform.startswith("linux") or not (root / "run/systemd/system").is_dir():
        return True
    try:
        group = (root / "proc/self/cgroup").read_text()
    except OSError:
        return True
    if re.search(r"/session-[^/]+\.scope", group):
        return not _kills(root, user or _user())
    if re.search(r"/user@\d+\.service", group):
        return lingers(root, user or _user())
    return True


def lingers(root: Path = Path("/"), user: str = "") -> bool:
    """Return whether the user's systemd goes on without a session."""
    return (root / "var/lib/systemd/linger" / (user or _user())).exists()


def outlasting_scope() -> list[str]:
    """Return the words that put a command under the user's systemd where only that saves it from a logout, else none.

    ``systemd-run --scope`` runs the command in place, so that it keeps the pipe it reports over.
    """
    tool = shutil.which("systemd-run")
    if tool is None or survives_logout() or not lingers():
        return []
    return [tool, "--user", "--scope", "--quiet", "--collect", "--"]


def _kills(root: Path, user: str) -> bool:
    options: dict[str, str] = {}
    for folder in _LOGIND:
        base = root / folder
        for file in (base / "logind.conf", *sorted((base / "logind.conf.d").glob("*.conf"))):
            options |= _login_section(file)
    if options.get("killuserprocesses", "no").lower() not in ("yes", "true", "1", "on"):
        return False
    only, spared = options.get("killonlyusers", "").split(), options.get("killexcludeusers", "root").split()
    return (not only or user in only) and user not in spared


def _login_section(file: Path) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(file.read_text())
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}
    return dict(parser["Login"]) if parser.has_section("Login") else {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
