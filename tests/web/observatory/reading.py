"""What a reader reads of a page or a PDF: its words, without markup."""

from __future__ import annotations

import html
import io
import re

import pypdf


def words_of(body: str) -> str:
    """The words of a page, spaces made one; drawings and scripts left out."""
    plain = re.sub(r"<(script|svg|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(re.split(r"[ \n\t]+", html.unescape(re.sub(r"<[^>]+>", " ", plain))))


def pdf_words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
