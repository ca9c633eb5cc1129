"""Writes small workbooks of every format, byte by byte, as the specifications of the formats describe them."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DATE, DATE_TIME, TIME, DURATION = 1, 2, 3, 4  # styles of a cell
_NUMBER_FORMATS = (0, 14, 22, 21, 46)  # of the styles
_FREE, _LAST, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD  # sectors of a compound file


class Styled:
    """A number with a style, such as a date."""

    def __init__(self, value, style):
        self.value, self.style = value, style


class Error(str):
    """A cell with an error, such as #N/A."""


def zipped(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def letters_of(index):
    """The letters of a column, from 0."""
    letters = ""
    while index >= 0:
        letters, index = chr(65 + index % 26) + letters, index // 26 - 1
    return letters


def xlsx(rows=(), *, sheets=None, is_1904=False, states=(), parts=()):
    """A workbook of sheets by name.

    A sheet is a list of rows, or rows by their number, or XML. `states` are those of the sheets by name ("hidden");
    `parts` are further parts, or other content for the usual ones.
    """
    sheets = sheets or {"Contacts": rows}
    listed, relations = "", f'<Relationship Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    for number, name in enumerate(sheets, 1):
        state = dict(states).get(name, "visible")
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        target = f"worksheets/sheet{number}.xml"
        relations += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="{target}"/>'
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in _NUMBER_FORMATS)
    book = f'<workbookPr date1904="{int(is_1904)}"/><sheets>{listed}</sheets>'
    document = f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    xml = "application/xml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="{xml}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{document}</Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{book}</workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="5">{formats}</cellXfs></styleSheet>',
            **{
                f"xl/worksheets/sheet{number}.xml": content if isinstance(content, str) else sheet_xml(content)
                for number, content in enumerate(sheets.values(), 1)
            },
            **dict(parts),
        }
    )


def sheet_xml(rows):
    numbered = rows.items() if isinstance(rows, dict) else enumerate(rows, 1)
    xml = "".join(_xlsx_row(number, cells) for number, cells in numbered)
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{xml}</sheetData></worksheet>'


def _xlsx_row(number, cells):
    written = (_xlsx_cell(f"{letters_of(index)}{number}", value) for index, value in enumerate(cells))
    return f'<row r="{number}">{"".join(written)}</row>'


def _xlsx_cell(place, value):
    if value is None:
        return ""
    if isinstance(value, Error):
        return f'<c r="{place}" t="e"><v>{value}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, Styled):
        return f'<c r="{place}" s="{value.style}"><v>{value.value!r}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def ods(rows=(), *, sheets=None, between=""):
    """An OpenDocument of sheets by name: each a list of rows, or XML. `between` is put between all cells."""
    tables = ""
    for name, content in (sheets or {"Contacts": rows}).items():
        xml = content if isinstance(content, str) else between.join(_ods_row(cells, between) for cells in content)
        tables += f"<table:table table:name={quoteattr(name)}>{xml}</table:table>"
    name = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{each}="{name}:{each}:1.0"' for each in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{name}:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
        }
    )


def _ods_row(cells, between):
    return f"<table:table-row>{between}{between.join(map(_ods_cell, cells))}{between}</table:table-row>"


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind, text = f'boolean" office:boolean-value="{str(value).lower()}', str(value)
    elif isinstance(value, str):
        kind, text = "string", "<text:line-break/>".join(map(escape, value.split("\n"))).replace("\t", "<text:tab/>")
    else:
        kind, text = f'float" office:value="{value!r}', f"{value:.3g}"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{text}</text:p></table:table-cell>'


def xlsb(rows, *, has_short_cells=False):
    """A binary workbook of one sheet: a list of rows."""
    sheet = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Contacts")
    book = _record(131) + _record(143) + _record(156, sheet) + _record(144) + _record(132)
    cells = b""
    for number, row in enumerate(rows):
        cells += _record(0, struct.pack("<I", number) + bytes(13))
        for index, value in enumerate(row):
            cells += _xlsb_cell(index, value, is_short=has_short_cells and index > 0)
    area = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    relation = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>',
            "xl/worksheets/sheet1.bin": _record(129)
            + _record(148, area)
            + _record(145)
            + cells
            + _record(146)
            + _record(130),
        }
    )


def _xlsb_cell(index, value, *, is_short):
    if value is None:
        return b""
    if isinstance(value, bool):
        kind, content = 4, bytes([value])
    elif isinstance(value, str):
        kind, content = 6, _wide(value)
    else:
        kind, content = 5, struct.pack("<d", value)
    if is_short:  # the column follows from the cell before
        return _record(kind + 11, bytes(4) + content)
    return _record(kind, struct.pack("<I", index) + bytes(4) + content)


def _record(kind, content=b""):
    return _seven_bits(kind) + _seven_bits(len(content)) + content


def _seven_bits(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])


def _wide(text):
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def xls(rows, *, is_1904=False):
    """A workbook of Excel 97: one sheet, a list of rows."""
    globals_ = _biff_start(5) + _biff(0x22, struct.pack("<H", is_1904))
    globals_ += b"".join(_biff(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in _NUMBER_FORMATS)
    name = b"Contacts"
    start_of_sheet = len(globals_) + len(_biff(0x85, bytes(8) + name)) + len(_biff(0x0A))
    globals_ += _biff(0x85, struct.pack("<IBBBB", start_of_sheet, 0, 0, len(name), 0) + name) + _biff(0x0A)
    cells = b"".join(_xls_cell(y, x, value) for y, row in enumerate(rows) for x, value in enumerate(row))
    return _compound(globals_ + _biff_start(0x10) + cells + _biff(0x0A))


def _biff_start(kind):
    return _biff(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def _biff(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def _xls_cell(row, index, value):
    if value is None:
        return b""
    style, value = (value.style, value.value) if isinstance(value, Styled) else (0, value)
    place = struct.pack("<HHH", row, index, style)
    if isinstance(value, Error):
        return _biff(0x205, place + bytes([0x2A, 1]))
    if isinstance(value, bool):
        return _biff(0x205, place + bytes([value, 0]))
    if isinstance(value, str):
        units = value.encode("utf-16-le")
        return _biff(0x204, place + struct.pack("<HB", len(units) // 2, 1) + units)
    if isinstance(value, int) and abs(value) < 1 << 29:
        return _biff(0x27E, place + struct.pack("<i", value << 2 | 2))
    return _biff(0x203, place + struct.pack("<d", value))


def _compound(stream):
    """A compound file with one stream, "Workbook": the header, its sectors, the directory, and the table of sectors."""
    stream = stream.ljust(4096, b"\x00")
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 1) // 127)
    chain = [*range(1, sectors), _LAST, _LAST, *[_TABLE] * tables]
    chain += [_FREE] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, sectors, 0, 4096, _LAST, 0, _LAST, 0)
    head += struct.pack("<109I", *range(sectors + 1, sectors + 1 + tables), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, _LAST, 0) + _entry("Workbook", 2, _FREE, 0, len(stream)) + bytes(256)
    return head + stream.ljust(sectors * 512, b"\x00") + directory + struct.pack(f"<{len(chain)}I", *chain)


def _entry(name, kind, child, start, size):
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
