"""Calls to redact old versions and to undo that."""

from apps.osm import errors
from apps.osm.elements import ElementType

from .call import NOTHING, Call, Calls, form
from .words import ID, in_path

_ERRORS = (errors.NotFoundError(), errors.CannotRedactError())


def _calls_of(kind: ElementType) -> Calls:
    name, title = kind.label, kind.label.capitalize()
    at = f"/api/0.6/{name}/{{id}}/{{version}}"
    parameters = (in_path("id", ID, "The id of the element"), in_path("version", ID, "The version number"))
    return {
        ("post", f"{at}/redaction"): Call(
            id=f"redact{title}",
            summary=f"Redact an old version of a {name}",
            tag="Redactions",
            parameters=parameters,
            body=form(redaction=ID),
            example={"redaction": 1},
            response=NOTHING,
            errors=(*_ERRORS, errors.BadRequestError("No redaction was given")),
        ),
        ("delete", f"{at}/redaction"): Call(
            id=f"unredact{title}",
            summary=f"Undo the redaction of an old version of a {name}",
            tag="Redactions",
            parameters=parameters,
            response=NOTHING,
            errors=_ERRORS,
        ),
        ("post", f"{at}/redact"): Call(
            id=f"redact{title}Deprecated",
            summary=f"Redact an old version of a {name}, or undo its redaction",
            description="Without `redaction`, the redaction is undone.",
            tag="Redactions",
            parameters=parameters,
            body=form(**{"redaction?": ID}),
            body_required=False,
            example={"redaction": 1},
            response=NOTHING,
            errors=_ERRORS,
            deprecated=True,
        ),
    }


CALLS: Calls = {key: call for kind in ElementType for key, call in _calls_of(kind).items()}
