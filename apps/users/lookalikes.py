"""Display names that pass for others: with invisible characters, or with letters of other scripts.

These rules are for names that people choose today. Names of imported authors are taken as they are.
"""

import re
import unicodedata

_INVISIBLE = re.compile(
    # Default ignorable code points of Unicode, which include the controls of bidirectional text.
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # Other letters and symbols without a picture, characters for private use, and halves of characters.
    "\u1680\u2800\ue000-\uf8ff\ufff9-\ufffb\U00013430-\U0001345f\U00016fe4\U0001d159\U000f0000-\U0010ffff"
    "\ud800-\udfff]"
)
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~]+")
"""Blanks and ASCII punctuation."""
_EAST_ASIAN = {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA"}
"""Scripts that people mix with each other, and with Latin."""

_PAIRS = (
    # Cyrillic
    ("АВЕЅІЈКМНОРСТУХҮӀԌԚԜ", "ABESIJKMHOPCTYXYlGQW"),
    ("аеёіїјкорсѕухһүӏԁԛԝ", "aeëiïjkopcsyxhyldqw"),
    # Greek
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
    ("αγικνορτυχϲϳ", "ayikvoptuxcj"),
    # Armenian
    ("ՍՏՕօսհոցզգյ", "USOouhnqqqj"),
    # Cherokee
    ("ᎪᏴᏟᎠᎬᎨᏀᎻᏆᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎩᏃ", "ABCDEFGHIJKLMPRSTVWYZ"),
    # Lisu
    ("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "ABCDEFGHIJKLMNOPRSTUVWXYZ"),
    # Latin
    ("ɑɡıɩǀ", "agiil"),
    # Our own letters and digits: "aIice", "a1ice", "b0b"
    ("I1|0", "IIIO"),
)
FOREIGN = "".join(foreign for foreign, _latin in _PAIRS)
# A capital I looks like a small l, not like a small i.
LATIN = "".join(latin for _foreign, latin in _PAIRS).replace("I", "l")
"""Letters and digits, and at the same place of the other text the Latin letter that each looks like.

The index `users_look_alike_name` contains both: a change here needs a migration that builds it again.
"""


def has_invisible_characters(name: str) -> bool:
    """Return whether there is anything in the name that readers do not see: also two spaces in a row."""
    return bool(_INVISIBLE.search(name) or re.search(r"\s\s", name))


def mixes_scripts(name: str) -> bool:
    """Return whether letters of several scripts stand in one word, such as a Cyrillic "a" among Latin letters.

    Latin may stand together with Chinese, Japanese and Korean.
    """
    return any(map(_is_mixed, _BETWEEN_WORDS.split(unicodedata.normalize("NFKC", name))))


def _is_mixed(word: str) -> bool:
    scripts = {_script(letter) for letter in word if unicodedata.category(letter) in {"Ll", "Lo", "Lt", "Lu"}}
    return len(scripts) > 1 and not scripts <= {"LATIN", *_EAST_ASIAN}


def _script(letter: str) -> str:
    """Return the script of a letter: the first word of its name in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]
