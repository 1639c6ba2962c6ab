"""What is said of a record that is held for somebody to decide."""

from core.engine import conflicts
from core.model.plan import Action, Why


def held_message(action: Action) -> str:
    """Return a sentence for a hold."""
    if action.why == "ambiguous":
        return f"{len(action.candidates)} records could be meant."
    if action.why == "conflict":
        return conflicts.message(action)
    if action.reason == "F30":
        return f"The CRM record that it was linked to is gone; {len(action.candidates)} are named much like it."
    return _HELD.get(action.why, "")


_HELD: dict[Why, str] = {
    "unnamed": "The record has no name.",
    "books_gone": "Its counterpart no longer exists.",
    "crm_gone": "The CRM record that it was linked to is gone.",
    "inactive": "Its counterpart is inactive in Books.",
    "moved": "The contact belongs to another account now; Books cannot move its contact person.",
    "too_many": "Its customer has 500 contact persons already.",
}
