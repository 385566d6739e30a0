"""Old versions are put out of sight and shown again."""

from apps.osm import errors
from apps.osm.elements import ElementType

from .call import NOTHING, Call, Calls, form
from .words import ID, in_path

_ERRORS = (errors.NotFoundError(), errors.CannotRedactError())


def _calls_of(kind: ElementType) -> Calls:
    name, title = kind.label, kind.label.capitalize()
    at = f"/api/0.6/{name}/{{id}}/{{version}}"
    parameters = (in_path("id", ID, "Of the element"), in_path("version", ID, "The number of the version"))
    return {
        ("post", f"{at}/redaction"): Call(
            id=f"redact{title}",
            summary=f"Put an old version of a {name} out of sight",
            tag="Redactions",
            parameters=parameters,
            body=form(redaction=ID),
            example={"redaction": 1},
            answer=NOTHING,
            errors=(*_ERRORS, errors.BadRequestError("No redaction was given")),
        ),
        ("delete", f"{at}/redaction"): Call(
            id=f"unredact{title}",
            summary=f"Show an old version of a {name} again",
            tag="Redactions",
            parameters=parameters,
            answer=NOTHING,
            errors=_ERRORS,
        ),
        ("post", f"{at}/redact"): Call(
            id=f"redact{title}AtOlderAddress",
            summary=f"Put an old version of a {name} out of sight, or show it again",
            description="Without a redaction, the version is shown again.",
            tag="Redactions",
            parameters=parameters,
            body=form(**{"redaction?": ID}),
            body_required=False,
            example={"redaction": 1},
            answer=NOTHING,
            errors=_ERRORS,
            deprecated=True,
        ),
    }


CALLS: Calls = {key: call for kind in ElementType for key, call in _calls_of(kind).items()}
