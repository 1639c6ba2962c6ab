"""What each CRM module has: fields, lengths, pick-lists (zoho-crm-api §6). To add a field or a module, add a line.

Lengths are what the metadata of this organisation says; where newer and older organisations differ, one was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.sandbox.crm.stages import PIPELINES, STAGES
from core.sandbox.world.accounts import CITY_LENGTH, INDUSTRIES, RATINGS, TYPES
from core.sandbox.world.products import FOREIGN_TAX, REDUCED_TAX, STANDARD_TAX

JSON_TYPES = {
    "integer": "integer", "bigint": "string", "double": "double", "currency": "double", "percent": "double",
    "boolean": "boolean",
    "lookup": "jsonobject", "ownerlookup": "jsonobject", "userlookup": "jsonobject", "multiselectpicklist": "jsonarray",
    "subform": "jsonarray", "linetax": "jsonarray", "formula": "double",
}  # fmt: skip
LENGTHS = {
    "text": 255, "textarea": 32000, "email": 100, "phone": 30, "website": 450, "integer": 9, "bigint": 18, "double": 16,
    "currency": 16, "percent": 5, "picklist": 120, "multiselectpicklist": 765, "boolean": 5, "date": 20,
    "datetime": 120,
    "lookup": 120, "ownerlookup": 120, "userlookup": 120, "autonumber": 255, "formula": 16, "linetax": 2000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `mandatory` is enforced by the API always, `required` is the Standard layout's.

    `choices` are (display value, actual value); records hold and give the display value (§4.2). `id` is filled in when
    the organisation is made.
    """

    api_name: str
    label: str
    data_type: str
    length: int = 0
    mandatory: bool = False
    required: bool = False
    read_only: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    lookup: str = ""
    unique: bool = False
    case_sensitive: bool = False
    custom: bool = False
    text_kind: str = ""
    external: str = ""
    """`user` or `org` for a field that records can be named by."""
    id: str = ""

    @property
    def size(self) -> int:
        """The length that the metadata states."""
        return self.length or LENGTHS.get(self.data_type, 255)


@dataclass(frozen=True, slots=True)
class Module:
    """One module. `duplicate_field` is what upsert compares by default (§5.7).

    `kind` is default, custom or subform (rows of `parent`); `subform` names the field that holds a module's rows.
    """

    api_name: str
    singular: str
    plural: str
    name_field: str
    duplicate_field: str
    fields: tuple[Field, ...]
    kind: str = "default"
    parent: str = ""
    subform: str = ""
    number_field: str = ""


def text(api_name: str, length: int = 0, *, mandatory: bool = False) -> Field:
    """A line of text."""
    return Field(api_name, api_name.replace("_", " "), "text", length, mandatory=mandatory)


def typed(data_type: str, *names: str) -> tuple[Field, ...]:
    """Fields of one type, labelled after their names."""
    return tuple(Field(name, name.replace("_", " "), data_type) for name in names)


def pick(api_name: str, *values: str) -> Field:
    """A pick-list whose shown and actual values are the same."""
    return Field(api_name, api_name.replace("_", " "), "picklist", choices=tuple((value, value) for value in values))


def lookup(api_name: str, module: str) -> Field:
    """A reference to a record of a module."""
    return Field(api_name, api_name.replace("_", " "), "lookup", lookup=module)


def address(prefix: str, code: str, *, city: int = 30) -> tuple[Field, ...]:
    """Five lines; `code` is what the postal code is called."""
    return (
        text(f"{prefix}Street", 250),
        text(f"{prefix}City", city),
        text(f"{prefix}State", 30),
        text(f"{prefix}{code}", 30),
        text(f"{prefix}Country", 30),
    )


MONEY = (
    pick("Currency", "JPY", "USD", "EUR", "GBP"),
    Field("Exchange_Rate", "Exchange Rate", "double", 16),
)
COMMON = (
    Field("Owner", "Owner", "ownerlookup"),
    Field("Created_By", "Created By", "ownerlookup", read_only=True),
    Field("Modified_By", "Modified By", "ownerlookup", read_only=True),
    Field("Created_Time", "Created Time", "datetime", read_only=True),
    Field("Modified_Time", "Modified Time", "datetime", read_only=True),
    Field("Last_Activity_Time", "Last Activity Time", "datetime", read_only=True),
    Field("Tag", "Tag", "text", 2000, read_only=True),
    Field("Description", "Description", "textarea", text_kind="large"),
    Field("Record_Status__s", "Record Status", "picklist", read_only=True),
    Field("Locked__s", "Locked", "boolean", read_only=True),
)
LEAD_SOURCES = (
    "Advertisement",
    "Cold Call",
    "Employee Referral",
    "Online Store",
    "Partner",
    "Trade Show",
    "Web Research",
    "Chat",
)
STAGE_CHOICES = tuple((each.shown, each.actual) for each in STAGES)

ACCOUNTS = Module(
    "Accounts", "Account", "Accounts", "Account_Name", "Account_Name",
    (
        text("Account_Name", 200, mandatory=True), text("Account_Number", 40), text("Account_Site", 80),
        pick("Account_Type", *TYPES), pick("Industry", *INDUSTRIES), pick("Rating", *RATINGS),
        pick("Ownership", "Private", "Public", "Subsidiary", "Other"),
        *typed("currency", "Annual_Revenue"), *typed("integer", "Employees", "SIC_Code"), text("Ticker_Symbol", 30),
        *typed("website", "Website"), Field("Phone", "Phone", "phone", required=True), *typed("phone", "Fax"),
        lookup("Parent_Account", "Accounts"),
        *address("Billing_", "Code", city=CITY_LENGTH), *address("Shipping_", "Code"), *MONEY, *COMMON,
    ),
)  # fmt: skip
CONTACTS = Module(
    "Contacts", "Contact", "Contacts", "Full_Name", "Email",
    (
        text("First_Name", 40), text("Last_Name", 80, mandatory=True),
        Field("Full_Name", "Full Name", "text", 120, read_only=True), pick("Salutation", "Mr.", "Mrs.", "Ms.", "Dr.",
        "Prof."),
        *typed("email", "Email", "Secondary_Email"),
        *typed("phone", "Phone", "Mobile", "Home_Phone", "Other_Phone", "Asst_Phone", "Fax"),
        lookup("Account_Name", "Accounts"), lookup("Vendor_Name", "Vendors"), lookup("Reporting_To", "Contacts"),
        text("Title", 100), text("Department", 100), text("Assistant", 100), *typed("date", "Date_of_Birth"),
        pick("Lead_Source", *LEAD_SOURCES), *typed("boolean", "Email_Opt_Out"), text("Skype_ID", 50),
        text("Twitter", 50),
        *address("Mailing_", "Zip"), *address("Other_", "Zip"), *MONEY, *COMMON,
    ),
)  # fmt: skip
VENDORS = Module(
    "Vendors", "Vendor", "Vendors", "Vendor_Name", "Vendor_Name",
    (
        text("Vendor_Name", 50, mandatory=True), Field("Phone", "Phone", "phone", 40), *typed("email", "Email"),
        Field("Website", "Website", "website", 50), text("Category", 40), *typed("boolean", "Email_Opt_Out"),
        *address("", "Zip_Code"), *MONEY, *COMMON,
    ),
)  # fmt: skip
PRODUCTS = Module(
    "Products", "Product", "Products", "Product_Name", "Product_Name",
    (
        text("Product_Name", 100, mandatory=True), text("Product_Code", 40), *typed("boolean", "Product_Active",
        "Taxable"),
        pick("Product_Category", "Hardware", "Software", "CRM Applications"), pick("Manufacturer", "LexPon Inc.",
        "MetBeat Corp."),
        lookup("Vendor_Name", "Vendors"), *typed("currency", "Unit_Price", "Commission_Rate"),
        replace(pick("Tax", STANDARD_TAX, REDUCED_TAX, FOREIGN_TAX), data_type="multiselectpicklist"),
        pick("Usage_Unit", "Box", "Carton", "Dozen", "Each", "Hours",
        "Pack", "Pieces"),
        *typed("double", "Qty_in_Stock", "Qty_Ordered", "Qty_in_Demand", "Reorder_Level"),
        *typed("date", "Sales_Start_Date", "Sales_End_Date", "Support_Start_Date", "Support_Expiry_Date"), *MONEY,
        *COMMON,
    ),
)  # fmt: skip
DEALS = Module(
    "Deals", "Deal", "Deals", "Deal_Name", "Deal_Name",
    (
        text("Deal_Name", 120, mandatory=True), replace(pick("Stage"), choices=STAGE_CHOICES, mandatory=True),
        Field("Closing_Date", "Closing Date", "date", required=True), lookup("Account_Name", "Accounts"),
        lookup("Contact_Name", "Contacts"), *typed("currency", "Amount"), *typed("integer", "Probability"),
        Field("Expected_Revenue", "Expected Revenue", "currency", read_only=True), pick("Pipeline",
        *(each.name for each in PIPELINES)),
        pick("Type", "Existing Business", "New Business"), pick("Lead_Source", *LEAD_SOURCES), text("Next_Step",
        100),
        *MONEY, *COMMON,
    ),
)  # fmt: skip
MODULES = (ACCOUNTS, CONTACTS, VENDORS, PRODUCTS, DEALS)
