"""Takes a profile's lock, says so, and holds it until it is killed or its input ends."""

import sys
from pathlib import Path

from core.store.lock import ProfileLock


def main() -> None:
    lock = ProfileLock(Path(sys.argv[1]))
    lock.acquire("9.9", "/run/agent.sock")
    print("held", flush=True)
    sys.stdin.read()
    lock.release()


if __name__ == "__main__":
    main()
