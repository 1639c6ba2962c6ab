"""The desks of deals and documents, over the callers of the open sides: one budget and one token for both."""

from collections.abc import Callable
from urllib.parse import urlsplit

from core.model.documents import Document
from core.model.setup import OrganisationRef, Profile
from core.zoho.books.documents import BooksDocuments
from core.zoho.books.money import BooksMoney
from core.zoho.books.papers import KINDS
from core.zoho.books.side import BooksSide
from core.zoho.connect import ZohoSide
from core.zoho.crm.deals import CrmDeals
from core.zoho.crm.figures import CrmFigures
from core.zoho.crm.inventory import CrmInventory
from core.zoho.crm.side import CrmSide


def open_desks(crm: ZohoSide, books: ZohoSide) -> tuple[CrmDeals, BooksDocuments]:
    """Return the desks of two open sides; they live as long as those. TypeError for sides of another make."""
    if not isinstance(crm, CrmSide) or not isinstance(books, BooksSide):
        raise TypeError("desks are made of the sides that core.zoho.connect opens")
    return CrmDeals(crm._metadata._caller), BooksDocuments(books._metadata._caller)


def open_papers(crm: ZohoSide) -> CrmInventory:
    """Return the desk of CRM's inventory documents. TypeError for a side of another make."""
    if not isinstance(crm, CrmSide):
        raise TypeError("desks are made of the sides that core.zoho.connect opens")
    return CrmInventory(crm._metadata._caller)


def open_figures(crm: ZohoSide, books: ZohoSide, profile: Profile) -> tuple[BooksMoney, CrmFigures]:
    """Return the desks of figures; ``profile`` tells the currencies. TypeError for sides of another make."""
    if not isinstance(crm, CrmSide) or not isinstance(books, BooksSide):
        raise TypeError("desks are made of the sides that core.zoho.connect opens")
    ours, theirs = (each.currency if each is not None else "" for each in (profile.books, profile.crm))
    return BooksMoney(books._metadata._caller, ours), CrmFigures(crm._metadata._caller, theirs)


def book_pages(organisation: OrganisationRef | None) -> Callable[[Document], str]:
    """Return what makes the address of a document's page in Books' web application, of the organisation's own region.

    Where the API is not Zoho's there is no such page, and the address is that of the API.
    """
    host = urlsplit(organisation.api_url).netloc if organisation is not None else ""
    origin = organisation.api_url if organisation is not None else ""
    if host.startswith("www.zohoapis."):
        origin = "https://books.zoho." + host.removeprefix("www.zohoapis.")
    number = organisation.organization_id if organisation is not None else ""
    return lambda document: f"{origin}/app/{number}#/{KINDS[document.kind].plural}/{document.id}"
