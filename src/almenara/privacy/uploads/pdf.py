"""PDF: refused if it does anything but lie there to be read, else written anew without its metadata."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from django.utils.translation import gettext as _
from pikepdf import settings as limits

from almenara.privacy.uploads.jpeg import without_metadata
from almenara.privacy.uploads.refusals import UploadRefusedError, damaged

# qpdf decodes only its own bookkeeping here; what needs more than this is a bomb. They hold for the whole process.
limits.set_qpdf_limits(
    max_stream_filters=3, flate_max_memory=256 << 20, png_max_memory=256 << 20, parser_max_nesting=100
)

ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/Hide", "/SetOCGState",
}  # fmt: skip
HARMLESS_ACTIONS = {"/GoTo", "/Named"}
FILES = ("/EmbeddedFiles", "/EF", "/AF")
ATTACHED = ("/RichMedia", "/3D", "/FileAttachment")
METADATA = ("/Metadata", "/PieceInfo", "/LastModified")


def cleaned(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The PDF written anew, and what was left out; a signed one as it came, since any change would break its signature.

    Raises UploadRefusedError if it is encrypted or damaged, or holds scripts, actions, other files or a dynamic form.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise _encrypted()
            _check_is_still(pdf)
            if _is_signed(pdf):
                return content, ()
            removed = tuple(sorted(_remove_metadata(pdf)))
            buffer = io.BytesIO()
            pdf.save(buffer, deterministic_id=True, fix_metadata_version=False)
            return buffer.getvalue(), removed
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError, RecursionError) as error:
        raise damaged() from error


def _encrypted() -> UploadRefusedError:
    return UploadRefusedError(
        _("The PDF is encrypted, so that nobody can see what it holds."),
        _("Save it without a password and upload that file."),
    )


def _check_is_still(pdf: pikepdf.Pdf) -> None:
    found = sorted({what for held in _dictionaries(pdf) for what in _moving_parts(held)})
    if len(pdf.pages) == 0:
        raise damaged()
    if found:
        raise UploadRefusedError(
            _("The PDF holds more than pages: scripts, actions, other files or a form that sends data."),
            _("Print it to a new PDF and upload that one."),
            found,
        )


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file, the unused ones and the nested ones too; each once."""
    waiting = list(pdf.objects)
    while waiting:
        held = waiting.pop()
        if isinstance(held, pikepdf.Array):
            inside = list(held)
        elif isinstance(held, (pikepdf.Dictionary, pikepdf.Stream)):
            yield held
            inside = [value for _key, value in held.items()]
        else:
            continue
        waiting += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _moving_parts(held: pikepdf.Object) -> Iterator[str]:
    kind = str(held.get("/S", ""))
    if kind in ACTIONS:
        yield kind
    if "/JavaScript" in held or isinstance(held.get("/JS"), (pikepdf.String, pikepdf.Stream, str)):
        yield "/JavaScript"
    yield from (key for key in FILES if key in held)
    yield from (key for key in ("/XFA", "/AA", "/RichMediaContent") if key in held)
    if str(held.get("/Type", "")) == "/EmbeddedFile" or str(held.get("/Subtype", "")) in ATTACHED:
        yield "/EmbeddedFile"
    if "/OpenAction" in held and not _goes_to_a_page(held["/OpenAction"]):
        yield "/OpenAction"


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    """Raises UploadRefusedError if it had to be repaired to be read: then another reader may see another file in it."""
    if not any("/ByteRange" in held for held in _dictionaries(pdf)):
        return False
    if pdf.get_warnings():
        raise damaged()
    return True


def _goes_to_a_page(action: object) -> bool:
    """Word processors write where the first view begins; that is no more than a bookmark."""
    if isinstance(action, pikepdf.Dictionary):
        return str(action.get("/S", "")) in HARMLESS_ACTIONS and "/Next" not in action
    return isinstance(action, (pikepdf.Array, pikepdf.Name, pikepdf.String, str))


def _remove_metadata(pdf: pikepdf.Pdf) -> set[str]:
    removed = set()
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
        removed.add("Info")
    if "/OpenAction" in pdf.Root:
        del pdf.Root["/OpenAction"]
        removed.add("OpenAction")
    for held in _dictionaries(pdf):
        for key in METADATA:
            if key in held:
                del held[key]
                removed.add("XMP" if key == "/Metadata" else "PieceInfo")
        if isinstance(held, pikepdf.Stream) and _clean_photograph(held):
            removed.add("EXIF")
    return removed


def _clean_photograph(stream: pikepdf.Stream) -> bool:
    """A photograph's own metadata, where it is stored as the camera wrote it. True if there was any."""
    if str(stream.get("/Filter", "")) not in ("/DCTDecode", "[/DCTDecode]"):
        return False
    raw = stream.read_raw_bytes()
    bare = without_metadata(raw)
    if bare == raw:
        return False
    stream.write(bare, filter=pikepdf.Name("/DCTDecode"))
    return True
