"""Log records about requests that were refused."""

import logging

_LONGEST = 500
"""Characters of a line; a path can have sixty thousand."""


class RefusalsInOneLine(logging.Filter):
    """Leave out the traceback of a refused request: what is wrong is in the request, not in our code.

    Refused are those with status 4xx, or redirected to the page for status 400.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
            text = record.getMessage()[:_LONGEST]
            record.msg = "".join(character if character.isprintable() else " " for character in text)
            record.args = ()
        return True
