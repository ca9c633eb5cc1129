"""Writes a table of texts as a workbook of one sheet, with only the parts that spreadsheet programs require.

The same table always has the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

Table = Iterable[Sequence[str]]

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SHEET = "Contacts"
# Of XLSX
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN = f"{_FORMATS}/spreadsheetml/2006/main"
_PACKAGE = f"{_FORMATS}/package/2006"
_RELATIONS = f"{_FORMATS}/officeDocument/2006/relationships"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Of OpenDocument
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx_of(table: Table) -> bytes:
    """The table as an XLSX file."""
    rows = "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in table)
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_CONTENT_TYPE}.worksheet+xml"/></Types>',
            "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
            f'<sheets><sheet name="{_SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


def _xlsx_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def ods_of(table: Table) -> bytes:
    """The table as an ODS file."""
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in table)
    spaces = " ".join(f'xmlns:{name}="{_NAMES}:{name}:1.0"' for name in ("office", "table", "text"))
    return _zip(
        {
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" '
            'manifest:version="1.2">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_OPEN_DOCUMENT}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
            "content.xml": f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
            f'<table:table table:name="{_SHEET}">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        },
        media_type=_OPEN_DOCUMENT,
    )


def _ods_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'


def _zip(documents: Mapping[str, str], *, media_type: str = "") -> bytes:
    """The XML documents as one archive.

    Args:
        media_type: what an OpenDocument begins with, uncompressed; "" for none.
    """
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        if media_type:
            archive.writestr(ZipInfo("mimetype"), media_type, ZIP_STORED)
        for name, xml in documents.items():
            archive.writestr(ZipInfo(name), _XML + xml, ZIP_DEFLATED)  # without the time at which it was written
    return written.getvalue()
