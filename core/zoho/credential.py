"""One side's credential: what an access token is made from, and never shown."""

import msgspec
from msgspec import Struct

from core.model.names import SideName
from core.model.problems import Problem


class Credential(Struct, frozen=True, kw_only=True):
    """A self client's values and a refresh token, for one e-mail address and one service (design.md §6)."""

    service: SideName
    email: str
    accounts_url: str
    client_id: str
    client_secret: str
    refresh_token: str

    def __repr__(self) -> str:
        """Name whose it is; the secrets stay out of logs and traces (I20)."""
        return f"Credential(service={self.service!r}, email={self.email!r}, accounts_url={self.accounts_url!r}, …)"

    def to_json(self) -> str:
        """Return it as JSON text, for the vault."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Credential":
        """Read what ``to_json`` wrote. Raises ``Problem('damaged_key')``, without quoting the text."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Problem("damaged_key") from None
