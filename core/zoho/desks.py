"""The desks of deals and documents, over the callers of the open sides: one budget and one token for both."""

from core.zoho.books.documents import BooksDocuments
from core.zoho.books.side import BooksSide
from core.zoho.connect import ZohoSide
from core.zoho.crm.deals import CrmDeals
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
