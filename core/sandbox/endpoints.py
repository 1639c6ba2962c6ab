"""Every module that registers endpoints. Importing this one fills the registry."""

from core.sandbox.books import addresses as _addresses
from core.sandbox.books import contacts as _contacts
from core.sandbox.books import contacts_write as _contacts_write
from core.sandbox.books import crm_import as _crm_import
from core.sandbox.books import fields as _books_fields
from core.sandbox.books import items as _items
from core.sandbox.books import persons as _persons
from core.sandbox.books import salespersons as _salespersons
from core.sandbox.books import settings as _books_settings
from core.sandbox.books import taxes as _taxes
from core.sandbox.books import webhooks as _webhooks
from core.sandbox.books.documents import convert as _documents_convert
from core.sandbox.books.documents import credits as _credits
from core.sandbox.books.documents import endpoints as _documents
from core.sandbox.books.documents import payments as _payments
from core.sandbox.control import books as _control_books
from core.sandbox.control import edit as _edit
from core.sandbox.control import endpoints as _control
from core.sandbox.control import settings as _settings
from core.sandbox.crm import bulk as _bulk
from core.sandbox.crm import composite as _composite
from core.sandbox.crm import convert as _convert
from core.sandbox.crm import coql as _coql
from core.sandbox.crm import custom_modules as _custom_modules
from core.sandbox.crm import deleted as _deleted
from core.sandbox.crm import fields as _fields
from core.sandbox.crm import listing as _listing
from core.sandbox.crm import modules as _modules
from core.sandbox.crm import notifications as _notifications
from core.sandbox.crm import org as _org
from core.sandbox.crm import pipelines as _pipelines
from core.sandbox.crm import profiles as _profiles
from core.sandbox.crm import records as _records
from core.sandbox.crm import recycle as _recycle
from core.sandbox.crm import related as _related
from core.sandbox.crm import search as _search
from core.sandbox.crm import views as _views
from core.sandbox.http import REGISTRY, Endpoint
from core.sandbox.oauth import endpoints as _oauth

MODULES = (
    _oauth, _org, _modules, _fields, _views, _listing, _records, _deleted, _search, _coql,
    _books_settings, _books_fields, _contacts, _contacts_write, _persons, _addresses, _items, _control, _edit,
    _settings, _pipelines, _profiles, _recycle, _related, _custom_modules, _taxes, _convert, _crm_import, _salespersons,
    _documents, _documents_convert, _payments, _credits, _webhooks, _control_books,
    _bulk, _composite, _notifications,
)  # fmt: skip


def table() -> list[Endpoint]:
    """All endpoints, those with fixed paths before those with placeholders."""
    return sorted(REGISTRY, key=lambda each: (each.order(), each.method))
