"""The listening end of the agent's socket."""

import os
import socket
from pathlib import Path

from core.agent.places import folder_problem


def listen(path: Path) -> socket.socket:
    """Return a listening socket of mode 0600 at ``path``, in place of a stale one. The caller holds the lock.

    Raises ``Problem``: ``store_read_only`` or ``store_full``.
    """
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # The mode has to be right from the first instant: between bind and a chmod somebody else could connect.
    before = os.umask(0o177)
    try:
        path.unlink(missing_ok=True)
        opened.bind(str(path))
        opened.listen(128)
    except OSError as error:
        opened.close()
        raise folder_problem(error, path) from None
    finally:
        os.umask(before)
    return opened
