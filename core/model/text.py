"""Text in both languages, for the few tables that both the commands and the screen print."""

from typing import Literal

from msgspec import Struct

Lang = Literal["en", "ja"]


class Text(Struct, frozen=True):
    """One sentence in English and Japanese, with ``{name}`` places to fill."""

    en: str
    ja: str

    def say(self, lang: Lang, **detail: str) -> str:
        """Return the sentence in ``lang``; a place without a value stays visible as ``{name}``."""
        return (self.ja if lang == "ja" else self.en).format_map(_Places(detail))


class _Places(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
