"""Items for a document's lines: searched as somebody types (zoho-books-api §5)."""

from typing import Any

from core.model.drafts import Item
from core.zoho import codec
from core.zoho.books.entities import PREFIX, SETTINGS_READ
from core.zoho.books.metadata import check, has_more, rows
from core.zoho.caller import Call, Caller

PER_PAGE = 200


async def search_items(caller: Caller, text: str) -> tuple[list[Item], bool]:
    """Return the first active items that hold ``text`` (none: any), and whether those are all of them."""
    params = {"filter_by": "Status.Active", "sort_column": "name", "sort_order": "A", "per_page": str(PER_PAGE)}
    if text:
        params["search_text"] = text
    answer = await caller.call(Call(method="GET", path=f"{PREFIX}/items", params=params, scope=SETTINGS_READ))
    check(answer, "items")
    return [_item(each) for each in rows(answer, "items")], not has_more(answer)


def _item(given: dict[str, Any]) -> Item:
    def text(name: str) -> str:
        value = codec.decode_html(given.get(name))
        return value if isinstance(value, str) else ""

    def amount(name: str) -> str:
        value = codec.decode_number(given.get(name))
        return value if isinstance(value, str) else ""

    return Item(
        id=text("item_id"), name=text("name"), sku=text("sku"), description=text("description"), unit=text("unit"),
        rate=amount("rate"), purchase_rate=amount("purchase_rate"), tax_id=text("tax_id"),
    )  # fmt: skip
