"""XML from strangers: no document type, hence no entity that grows or fetches."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from almenara.privacy.uploads.refusals import damaged


def tree(content: bytes) -> Element:
    """Its root. Raises UploadRefusedError if it is not well formed or declares a document type."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise damaged() from error
    return root
