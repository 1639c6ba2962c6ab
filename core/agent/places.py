"""Where things are: the home folder, a profile's folder, its socket and its log.

The home is ``--home``, else ``KAKEHASHI_HOME``, else the platform's own folder for an application's data. It holds
``profiles/<name>/`` (0700, the state) and ``logs/<name>.log``: the log stands outside the profile because a profile
that is not ours, or newer than us, is left as it is.
"""

import errno
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from core.model.problems import Problem

SOCKET_BYTES = 100
"""A longer path does not fit into every system's ``sun_path`` (104 bytes on macOS, 108 on Linux, with its end)."""
DEMO_PREFIX = "kakehashi-demo-"
"""Only a home of this name is ever removed (an agent's ``--ephemeral``)."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Place(Struct, frozen=True):
    """One profile's place. ``home`` is absolute."""

    home: Path
    profile: str = "default"

    @property
    def folder(self) -> Path:
        """The profile's state."""
        return self.home / "profiles" / self.profile

    @property
    def log(self) -> Path:
        """The agent's log."""
        return self.home / "logs" / f"{self.profile}.log"

    @property
    def budgets(self) -> Path:
        """What the profiles of this home share: the budget of each organisation (design.md §5)."""
        return self.home / "budgets"

    @property
    def socket(self) -> Path:
        """The agent's socket: in the profile's folder, or by a short name in the user's own temporary folder."""
        inside = self.folder / "agent.sock"
        if len(os.fsencode(inside)) <= SOCKET_BYTES:
            return inside
        name = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
        return _short_folder() / f"{name}.sock"

    def prepare(self) -> None:
        """Make the folders that are missing. Raises ``Problem`` where that cannot be, or where others may write."""
        for folder in (self.home, self.home / "profiles", self.folder, self.log.parent, self.budgets):
            make_folder(folder)
        if self.socket.parent != self.folder:
            make_folder(self.socket.parent)
            check_ours(self.socket.parent)


def find_place(home: str | None = None, profile: str | None = None, environ: Mapping[str, str] = os.environ) -> Place:
    """Return the place that the options and the environment name. Raises ``Problem('bad_request')`` for a bad name."""
    name = profile or environ.get("KAKEHASHI_PROFILE") or "default"
    if not _NAME.fullmatch(name):
        raise Problem("bad_request", what=f"{name!r} cannot name a profile")
    chosen = home or environ.get("KAKEHASHI_HOME")
    return Place(Path(chosen).expanduser().absolute() if chosen else _platform_home(), name)


def make_folder(folder: Path) -> None:
    """Make a folder of 0700 where there is none. Raises ``Problem('store_read_only')`` or ``('store_full')``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise folder_problem(error, folder) from None


def folder_problem(error: OSError, path: Path) -> Problem:
    """Say why a folder or file cannot be made."""
    code = "store_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "store_read_only"
    return Problem(code, path=str(path))


def check_ours(folder: Path) -> None:
    """Raise ``Problem('store_unsafe')`` unless ``folder`` is a real folder of this user that only they can enter.

    The temporary directory is everybody's: somebody else could have made a folder of that name before us.
    """
    found = folder.lstat()
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours or stat.S_IMODE(found.st_mode) & 0o077:
        raise Problem("store_unsafe", path=str(folder), mode=f"{stat.S_IMODE(found.st_mode):04o}", wanted="700")


def _short_folder() -> Path:
    name = f"kakehashi-{os.getuid()}"
    there = Path(tempfile.gettempdir()) / name
    # 16 + 5 characters and a slash follow; a temporary directory can itself be too deep.
    return there if len(os.fsencode(there)) + 22 <= SOCKET_BYTES else Path("/tmp") / name  # noqa: S108


def _platform_home() -> Path:
    import platformdirs  # noqa: PLC0415 - only needed where neither option nor environment names a home

    return platformdirs.user_data_path("kakehashi", appauthor=False)
