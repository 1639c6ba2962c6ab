"""The CRM products and the Books items of a world. Many are the same goods, under the same name and number."""

from __future__ import annotations

from core.sandbox.sources import Row
from core.sandbox.world.ids import VENDORS, crm_id
from core.sandbox.world.names import scramble
from core.sandbox.world.parts import SMALLEST_PLANTED

KINDS = (
    ("卓上プリンター", "Each"), ("産業用センサー", "Each"), ("梱包テープ", "Carton"), ("保守サービス", "Hours"),
    ("ステンレスボルト", "Box"), ("LED照明", "Each"), ("業務用洗剤", "Carton"), ("導入支援", "Hours"),
    ("Label Printer", "Each"), ("Pressure Gauge", "Each"), ("Cable Set", "Pack"), ("Support Plan", "Hours"),
    ("Shipping Box", "Carton"), ("Torque Wrench", "Each"), ("Safety Gloves", "Dozen"), ("Air Filter", "Pieces"),
)  # fmt: skip
SERVICES = ("保守サービス", "導入支援", "Support Plan")
STANDARD_TAX, REDUCED_TAX, FOREIGN_TAX = "消費税", "軽減税率", "State Sales Tax"
"""The taxes that CRM knows; Books has none of the last name."""
LONG_TEXT = "仕様の詳細は別紙のとおり。" * 170


class Goods:
    """What both sides are made from: the goods of an index."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def name(self, index: int) -> str:
        """Every index has its own."""
        kind, _ = KINDS[index % len(KINDS)]
        return f"{kind} {chr(65 + index // len(KINDS) % 26)}{100 + index // (len(KINDS) * 26)}"

    def code(self, index: int) -> str:
        """The number in the catalogue."""
        return f"KH-{index:05d}"

    def price(self, index: int) -> int:
        """In yen."""
        return (1 + scramble(self._seed, index, 24) % 400) * 250

    def unit(self, index: int) -> str:
        """How it is sold."""
        return KINDS[index % len(KINDS)][1]

    def service(self, index: int) -> bool:
        """Whether it is a service."""
        return KINDS[index % len(KINDS)][0] in SERVICES


class Products:
    """Makes the CRM product of an index.

    `wordy` (description beyond Books' 2,000), `taxed` (a tax that Books lacks), `twin` (named as product `elder`) and
    `code_taken` (its number belongs to another Books item) are meant to fail; -1 where there is none.
    """

    def __init__(self, goods: Goods, accounts: int, vendors: int, owners: tuple[str, ...], *, planted: bool) -> None:
        self._goods, self._owners, self._vendors = goods, owners, vendors
        self.count = max(10, accounts // 10) if accounts >= 10 else 0
        self.equal = self.count * 2 // 5
        self.wordy = self.taxed = self.twin = self.elder = self.code_taken = -1
        if planted and accounts >= SMALLEST_PLANTED:
            self.count += 5
            last = self.count - 1
            self.wordy, self.taxed, self.code_taken, self.elder, self.twin = (
                last - 4,
                last - 3,
                last - 2,
                last - 1,
                last,
            )

    def name(self, index: int) -> str:
        """What CRM calls it."""
        return self._goods.name(self.elder if index == self.twin else index)

    def __call__(self, index: int) -> Row:
        """The product's fields but for id and times."""
        goods = self._goods
        bits = scramble(7, index, 25)
        row: Row = {
            "Product_Name": self.name(index),
            "Product_Code": goods.code(0 if index == self.code_taken else index),
            "Product_Active": True,
            "Taxable": True,
            "Tax": [FOREIGN_TAX if index == self.taxed else STANDARD_TAX],
            "Unit_Price": goods.price(index),
            "Usage_Unit": goods.unit(index),
            "Qty_in_Stock": 0.0 if goods.service(index) else float(bits % 500),
            "Owner": self._owners[bits % len(self._owners)],
            "Created_By": self._owners[0],
            "Modified_By": self._owners[0],
            "Currency": "JPY",
            "Exchange_Rate": 1.0,
        }
        if self._vendors and bits >> 12 & 1:
            row["Vendor_Name"] = crm_id(VENDORS + bits % self._vendors)
        if index == self.wordy:
            row["Description"] = LONG_TEXT
        return row


class Items:
    """Makes the Books item of an index: first those that CRM has too, then those that only Books knows.

    `long_sku` has a SKU beyond the 40 characters of CRM's Product_Code; -1 where there is none.
    """

    def __init__(self, goods: Goods, products: Products) -> None:
        self._goods, self._products = goods, products
        self.equal = products.equal
        self.count = products.equal + products.count // 3
        self.long_sku = -1
        if products.twin >= 0:
            self.count += 1
            self.long_sku = self.count - 1

    def __call__(self, index: int) -> Row:
        """The item's fields but for id and times."""
        goods = index if index < self.equal else self._products.count + 1_000_000 + index
        row: Row = {
            "name": self._goods.name(goods),
            "sku": self._goods.code(goods),
            "rate": float(self._goods.price(goods)),
            "unit": self._goods.unit(goods),
            "product_type": "service" if self._goods.service(goods) else "goods",
            "item_type": "sales",
            "description": "",
            "status": "active",
            "source": "user",
            "is_taxable": True,
        }
        if index == self.long_sku:
            row["sku"] = f"{row['sku']}-{'SET-' * 10}A"
        if index % 23 == 22:
            row["status"] = "inactive"
        return row
