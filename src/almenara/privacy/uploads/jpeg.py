"""A JPEG's segments, for photographs that must not be encoded anew (ITU-T T.81, annex B)."""

from __future__ import annotations

START, SCAN = b"\xff\xd8", 0xDA
# APP1 (EXIF, XMP), APP3 to APP13 (makers, IPTC), APP15 and COM; APP0, APP2 and APP14 say how colours are to be read.
TOLD = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}


def without_metadata(content: bytes) -> bytes:
    """The same picture, byte for byte, without segments that speak of camera, place or author."""
    if not content.startswith(START):
        return content
    kept, at = [START], 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != SCAN:
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] not in TOLD:
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])
