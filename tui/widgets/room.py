"""How little room a terminal may have: from which sizes on only what matters is shown."""

from textual.geometry import Size

NARROW = 60
"""Columns under which a line holds one thing."""
LOW = 16
"""Rows under which there is the list, and no explanation of what is selected."""
LOWEST = 10
"""Rows under which even the titles of the columns go."""
NEWS = 3
"""Rows that news may take where it has no line of its own."""


def is_low(size: Size) -> bool:
    """Return whether header and footer are one line each, news taking the keys' place."""
    return size.height < LOW
