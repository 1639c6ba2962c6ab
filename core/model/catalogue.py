"""Default mappings, entities and length limits: what a module starts from before anybody edits it.

Zoho publishes no table of its own defaults; these follow integration-behaviour §3. Fields beyond them are mapped by the
administrator from live metadata (B43).
"""

from msgspec import structs

from core.model.names import ModuleName, Part, Shape, SideName
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Kind

_CRM_ENTITY: dict[str, str] = {
    "accounts": "Accounts",
    "contacts": "Contacts",
    "accounts_contacts": "Accounts",
    "accounts_contacts_all": "Accounts",
}

_NAME_FIELD: dict[str, str] = {
    "Accounts": "Account_Name",
    "Contacts": "Full_Name",
    "Vendors": "Vendor_Name",
    "Products": "Product_Name",
    "persons": "first_name",
    "customers": "contact_name",
    "vendors": "contact_name",
    "items": "name",
}

BOOKS_LENGTHS: dict[str, int] = {
    "contact_name": 200,
    "company_name": 200,
    "first_name": 100,
    "last_name": 100,
    "salutation": 25,
    "email": 100,
    "phone": 50,
    "mobile": 50,
    "fax": 50,
    "designation": 50,
    "department": 50,
    "attention": 100,
    "address": 500,
    "street2": 500,
    "city": 100,
    "state": 100,
    "country": 100,
    "zip": 50,
    "name": 100,
    "description": 2000,
    "unit": 100,
}
"""Characters by the last part of a Books field path (E42). Warnings only: the server's refusal is the truth."""


def entity(module: ModuleName, shape: Shape, side: SideName) -> str:
    """Return what ``module`` is on ``side``: a CRM module's api_name, or ``customers``, ``persons``, ``vendors``,
    ``items``. *Accounts & their contacts* has parts with entities of their own (``core.plan.shapes.parts``).
    """
    if side == "books":
        return module
    return {"vendors": "Vendors", "items": "Products", "persons": "Contacts"}.get(module) or _CRM_ENTITY[shape]


def implied_crm_entity(module: ModuleName) -> str:
    """Return the CRM module that a link of ``module`` means when it does not say."""
    return entity(module, "accounts", "crm")


def name_field(entity_name: str) -> str:
    """Return the field that names a record and finds its pair (B33, B48, B52). KeyError for an unknown entity."""
    return _NAME_FIELD[entity_name]


def books_length(path: str) -> int | None:
    """Return the characters that Books takes for a field path, None when the reference gives no limit."""
    return BOOKS_LENGTHS.get(path.rpartition(".")[2])


def _map(crm: str, books: str, kind: Kind = "text") -> FieldMap:
    return FieldMap(crm=crm, books=books, kind=kind)


def _address(crm: str, books: str, code: str = "Code") -> tuple[FieldMap, ...]:
    parts = (("Street", "address"), ("City", "city"), ("State", "state"), (code, "zip"), ("Country", "country"))
    return tuple(
        _map(f"{crm}{theirs}", f"{books}.{ours}", "multiline" if ours == "address" else "text")
        for theirs, ours in parts
    )


def _accounts() -> tuple[FieldMap, ...]:
    return (
        _map("Account_Name", "contact_name"),
        FieldMap(crm="Account_Name", books="company_name", direction="to_books"),
        _map("Phone", "billing_address.phone", "phone"),
        _map("Fax", "billing_address.fax", "phone"),
        _map("Website", "website", "url"),
        *_address("Billing_", "billing_address"),
        *_address("Shipping_", "shipping_address"),
        _map("Description", "notes", "multiline"),
        FieldMap(crm="Currency", books="currency_code", kind="currency_code", create_only=True),
    )


def _person(books: str) -> tuple[FieldMap, ...]:
    """Return the rows of a person, whose Books paths begin with ``books``."""
    return (
        _map("First_Name", f"{books}first_name"),
        _map("Last_Name", f"{books}last_name"),
        _map("Email", f"{books}email", "email"),
        _map("Phone", f"{books}phone", "phone"),
        _map("Mobile", f"{books}mobile", "phone"),
        _map("Salutation", f"{books}salutation", "picklist"),
        _map("Title", f"{books}designation"),
        _map("Department", f"{books}department"),
    )


def _contacts() -> tuple[FieldMap, ...]:
    """Return the rows of an Individual. Its name is put together from the contact's (B26) and is Books' alone."""
    return (
        FieldMap(crm="Full_Name", books="contact_name", direction="to_books"),
        *_person("primary."),
        _map("Fax", "billing_address.fax", "phone"),
        *_address("Mailing_", "billing_address", "Zip"),
        *_address("Other_", "shipping_address", "Zip"),
        _map("Description", "notes", "multiline"),
        FieldMap(crm="Currency", books="currency_code", kind="currency_code", create_only=True),
    )


def _vendors() -> tuple[FieldMap, ...]:
    """Return the rows of a vendor. E-mail and phone need a person in Books, who must have a first name: the vendor's
    name is given to one that is made for them (``core.plan.settle``).
    """
    return (
        _map("Vendor_Name", "contact_name"),
        FieldMap(crm="Vendor_Name", books="company_name", direction="to_books"),
        FieldMap(crm="Vendor_Name", books="primary.first_name", direction="to_books", create_only=True),
        _map("Email", "primary.email", "email"),
        _map("Phone", "primary.phone", "phone"),
        _map("Website", "website", "url"),
        *_address("", "billing_address", "Zip_Code"),
        _map("Description", "notes", "multiline"),
        FieldMap(crm="Currency", books="currency_code", kind="currency_code", create_only=True),
    )


def _items() -> tuple[FieldMap, ...]:
    """Return the rows of an item. Active or not is not among them (?4). A tax is found by its name and never made."""
    return (
        _map("Product_Name", "name"),
        _map("Product_Code", "sku"),
        _map("Unit_Price", "rate", "decimal"),
        _map("Description", "description", "multiline"),
        _map("Usage_Unit", "unit", "picklist"),
        FieldMap(crm="Tax", books="tax_name", kind="multiselect", direction="to_books"),
    )


def _of(part: Part, rows: tuple[FieldMap, ...]) -> tuple[FieldMap, ...]:
    return tuple(structs.replace(row, part=part) for row in rows)


_DEFAULTS: dict[tuple[str, str], tuple[FieldMap, ...]] = {
    ("customers", "accounts"): _accounts(),
    ("customers", "contacts"): _contacts(),
    ("customers", "accounts_contacts"): (*_accounts(), *_of("persons", _person(""))),
    ("customers", "accounts_contacts_all"): (
        *_accounts(), *_of("persons", _person("")), *_of("unassociated", _contacts()),
    ),
}  # fmt: skip
_PLAIN: dict[str, tuple[FieldMap, ...]] = {"vendors": _vendors(), "items": _items()}

PRODUCT_TYPES: tuple[tuple[str, str], ...] = (
    ("Goods", "goods"), ("Service", "service"), ("商品", "goods"), ("サービス", "service"),
)  # fmt: skip
"""``FieldMap.values`` of a row that maps a custom pick-list of products to ``product_type`` (B59)."""


def default_mapping(module: ModuleName, shape: Shape) -> tuple[FieldMap, ...]:
    """Return the mapping a module starts with; empty for a module that cannot be synced."""
    return _PLAIN.get(module) or _DEFAULTS.get((module, shape), ())


def default_setup(module: ModuleName) -> ModuleSetup:
    """Return what the setup of ``module`` starts from: both ways, duplicates skipped, who is fetched first wins."""
    return ModuleSetup(
        module=module,
        shape="accounts",
        extent="both",
        duplicates="skip",
        conflict="books" if module == "items" else "crm",
        mapping=default_mapping(module, "accounts"),
    )
