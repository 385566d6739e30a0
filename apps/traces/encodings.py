"""The encodings of GPX documents that expat cannot read, because a character may have several bytes."""

import codecs
import re

_DECLARATION = re.compile(rb"""\s*<\?xml[^>]{1,200}?\sencoding\s*=\s*["'](?:x-)?([A-Za-z0-9._-]{1,40})["']""")
_OTHER_NAMES = {
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "windows-936": "gbk",
    "windows-949": "cp949",
    "windows-950": "cp950",
}
"""Names that Python does not know."""
_READ_AS = {
    "shift_jis": "cp932",
    "shift_jis_2004": "shift_jis_2004",
    "shift_jisx0213": "shift_jisx0213",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "euc_jis_2004": "euc_jis_2004",
    "euc_jisx0213": "euc_jisx0213",
    "iso2022_jp": "iso2022_jp_2",
    "iso2022_jp_1": "iso2022_jp_1",
    "iso2022_jp_2": "iso2022_jp_2",
    "iso2022_jp_3": "iso2022_jp_3",
    "iso2022_jp_ext": "iso2022_jp_ext",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "cp950",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "johab": "johab",
    "iso2022_kr": "iso2022_kr",
}
"""Python's names of the encodings, with the larger ones that programs mean by them. Other codecs are no encodings of
texts, or slow."""


def decoder_for(head: bytes) -> codecs.IncrementalDecoder | None:
    """Return the decoder for a document that begins like this, None if expat can read it itself or nobody can.

    Bytes that mean nothing are replaced: they are in names, and points have none.
    """
    found = _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8))
    if not found:
        return None
    declared = found[1].decode().lower()
    try:
        name = codecs.lookup(_OTHER_NAMES.get(declared, declared)).name
    except LookupError:
        return None
    return codecs.getincrementaldecoder(_READ_AS[name])("replace") if name in _READ_AS else None
