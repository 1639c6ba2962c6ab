import subprocess
import sys


def test_the_engine_loads_no_screen_and_no_wire() -> None:
    code = (
        "import sys, core.engine.engine\n"
        "bad = {'textual', 'rich', 'httpx', 'tinydb', 'core.sandbox', 'core.zoho', 'core.store'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
