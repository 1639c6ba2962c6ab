"""What is kept of the figures on customers' CRM records (B3), in the profile."""

from msgspec import Struct

from core.model.names import SideName


class FigureSetup(Struct, frozen=True, kw_only=True):
    """What is kept of the figures being on. ``fields``: CRM module → figure → the field's api name."""

    on: bool = False
    currency: str = ""
    fields: dict[str, dict[str, str]] = {}
    full_at: str = ""
    """When every customer was last looked at, by our clock."""
    full_calls: dict[SideName, int] = {}
    """What that took."""
    heard_at: str = ""
    """Books' own time up to which changes were heard."""
    run_at: str = ""
    run_id: str = ""
    payments: tuple[str, ...] = ()
    """The newest payments seen: that list tells no times (customer-payments.yml), so it is read until one of these."""
    deaf: tuple[str, ...] = ()
    """Lists of changes that the key does not let us read: what they would tell waits for the daily look at all."""
