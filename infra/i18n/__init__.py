"""Every sentence that Laurels says, in zh-CN, zh-TW and en, and the choice among them."""

from infra.i18n.catalogue import Catalogue, Locale, load_catalogue
from infra.i18n.negotiation import negotiate

__all__ = ["Catalogue", "Locale", "load_catalogue", "negotiate"]
