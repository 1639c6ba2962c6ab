"""The systemd unit of one profile's agent."""

import re
import sys
from pathlib import Path

from core.agent.places import Place
from core.store.vault import CREDENTIAL

_UNIT = """\
[Unit]
Description=Kakehashi, profile {profile}
Documentation=man:systemd.service(5)
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=notify
ExecStart={command}
WatchdogSec=120
Restart=on-failure
RestartSec=10
# Not before somebody has looked: wrong usage, a state that cannot be opened.
RestartPreventExitStatus=2 7
# The action in flight is finished and committed first; a call to Books may be waiting for its minute.
TimeoutStopSec=180
KillMode=mixed
UMask=0077
# The passphrase of the keys, made once with:
#   systemd-creds encrypt --name={credential} - {stored}
# LoadCredentialEncrypted={credential}:{stored}
NoNewPrivileges=true
{protection}
[Install]
WantedBy={target}
"""
_SYSTEM = """\
User={user}
ProtectSystem=strict
ReadWritePaths={home}
"""


def unit(place: Place, *, user: str = "") -> str:
    """Return the text of a unit file: for the user's own systemd, or for the system's, which runs it as ``user``."""
    words = [*program(), "agent", "--take-over", "--home", str(place.home), "--profile", place.profile]
    stored = f"{'/etc' if user else '%h/.config'}/kakehashi/{place.profile}.cred"
    return _UNIT.format(
        profile=place.profile,
        command=" ".join(map(_quoted, words)),
        credential=CREDENTIAL,
        stored=stored,
        protection=_SYSTEM.format(user=user, home=_quoted(f"-{place.home}")) if user else "",
        target="multi-user.target" if user else "default.target",
    )


def program() -> list[str]:
    """Return the words that start this program, wherever one stands."""
    script = Path(sys.executable).with_name("kakehashi")
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "tui.main"]


def _quoted(word: str) -> str:
    """Return a word as systemd reads it (systemd.service(5), Command lines)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w@%+=:,./$-]+", escaped) else f'"{escaped}"'
