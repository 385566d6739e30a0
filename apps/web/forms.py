"""What the site's forms have in common."""

from typing import Any

from django import forms


class SiteForm(forms.Form):
    """A form in the site's style: Django adds `aria-describedby` and `aria-invalid`, this class the looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect))
            if not is_choice and not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", "form-control")


class NoStripCharField(forms.CharField):
    """Blanks are part of a password, and at the ends of a name they are a mistake to be told."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
