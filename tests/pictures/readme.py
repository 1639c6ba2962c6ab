"""Fill in what the README takes from the code: ``python -m tests.pictures.readme``.

Between ``<!-- keys -->`` and ``<!-- /keys -->`` stands the key list of ``tui.actions``, between the ``pictures``
markers the pictures of ``tests.pictures.make``. ``tests/tui/test_readme.py`` checks that both are up to date.
"""

import re
from pathlib import Path

from tui.actions import key_list
from tui.locale import STRINGS

README = Path(__file__).parents[2] / "README.md"
SHOWN = (
    ("overview", "The Overview after a first sync"),
    ("progress", "A sync, live"),
    ("mapping", "The mapping table, with values of real records"),
    ("customers-ja", "The customers, in Japanese"),
    ("failure", "Why a record did not arrive, with the raw answer"),
)


def sections() -> dict[str, str]:
    """Return what stands between the markers, by their name."""
    pictures = "\n\n".join(f"![{text}](tests/pictures/{name}.svg)" for name, text in SHOWN)
    return {"keys": key_list(STRINGS["en"]), "pictures": pictures + "\n"}


def filled(text: str) -> str:
    """Return the README with every section filled in. Raises ValueError where a section is missing."""
    for name, section in sections().items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(name)
        # Markdown ends an HTML comment's block at an empty line.
        text = pattern.sub(lambda found, section=section: f"{found[1]}\n{section}\n{found[2]}", text)  # type: ignore[misc]
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
