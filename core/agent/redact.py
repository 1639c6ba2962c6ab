"""The last net under the logs: whatever looks like a secret is struck out of a line before it is written (I20)."""

import logging
import re

_STRUCK = "[struck out]"
_SECRETS = re.compile(
    r"zsc1\.[\w.~+/=-]+"  # ZSC keys
    r"|1000\.[0-9a-fA-F]{16,}(?:\.[0-9a-fA-F]{16,})?"  # Zoho's tokens and grant codes
    r"|(?<=Zoho-oauthtoken )\S+"
    r"|(?<=Bearer )\S+"
)
_NAMED = re.compile(
    r"""((?:client_secret|refresh_token|access_token|grant_code|passphrase|password|code)["']?\s*[=:]\s*["']?)[^\s"'&,;)}]+""",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return a text without what looks like a secret."""
    return _NAMED.sub(rf"\1{_STRUCK}", _SECRETS.sub(_STRUCK, text))


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and strikes out secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redact(super().format(record))
