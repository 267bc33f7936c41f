"""Pictures: decoded, turned upright, and written anew without anything but their pixels.

What a camera or a program leaves beside the pixels (place, time, device, owner, comments) is not copied.
"""

from __future__ import annotations

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from almenara.privacy.uploads.refusals import UploadRefusedError, damaged
from almenara.privacy.uploads.types import FileType

MOST_PIXELS = 50_000_000
FORMATS = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP"}
QUALITY = 90
ORIENTATION = 0x0112
GPS = 0x8825
# What Pillow tells of a file and how a reader would call it; the rest of what it tells is how to draw the pixels.
KEPT_BESIDE = {"exif": "EXIF", "xmp": "XMP", "icc_profile": "ICC", "comment": "comment", "photoshop": "IPTC"}
MODES = {
    FileType.JPEG: ("L", "RGB"),
    FileType.PNG: ("1", "L", "LA", "RGB", "RGBA", "I;16"),
    FileType.WEBP: ("RGB", "RGBA"),
}


def cleaned(content: bytes, type: FileType) -> tuple[bytes, tuple[str, ...]]:
    """The picture written anew, and what was left out. Raises UploadRefusedError if it is damaged or too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=[FORMATS[type]]) as picture:
                _check_size(picture)
                picture.load()
                removed = _beside(picture)
                return _written(_pixels(picture, type), type), removed
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ) as error:
        raise damaged() from error


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise UploadRefusedError(
            _("The picture has too many pixels: %(size)s; at most %(most)s million are taken.")
            % {"size": f"{picture.width} × {picture.height}", "most": MOST_PIXELS // 1_000_000},
            _("Make it smaller and upload it again."),
        )


def _beside(picture: Image.Image) -> tuple[str, ...]:
    """What the file holds beside the pixels of its first picture."""
    exif = picture.getexif()
    found = [label for name, label in KEPT_BESIDE.items() if picture.info.get(name)]
    found += ["EXIF"] if exif else []
    found += ["GPS"] if exif.get_ifd(GPS) else []
    found += ["text"] if getattr(picture, "text", None) else []
    found += ["other frames"] if getattr(picture, "n_frames", 1) > 1 else []
    return tuple(sorted(set(found)))


def _pixels(picture: Image.Image, type: FileType) -> Image.Image:
    upright = _plain_colours(ImageOps.exif_transpose(picture))
    if upright.mode not in MODES[type]:
        see_through = "A" in upright.getbands() or "transparency" in upright.info
        upright = upright.convert("RGBA" if see_through and "RGBA" in MODES[type] else "RGB")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def _plain_colours(picture: Image.Image) -> Image.Image:
    """The colours as a screen without the file's profile shows them, as far as the profile can be read."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture
    return picture if turned is None else turned


def _written(picture: Image.Image, type: FileType) -> bytes:
    buffer = io.BytesIO()
    options = {} if type is FileType.PNG else {"quality": QUALITY}
    picture.save(buffer, format=FORMATS[type], **options)
    return buffer.getvalue()
