"""The fact sheet as a PDF: two A4 pages, PDF/UA-1, set by typst from the same texts as the page."""
