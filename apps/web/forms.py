"""Base classes of forms."""

from typing import Any

from django import forms


class SiteForm(forms.Form):
    """A form with the CSS classes of the site. Django adds `aria-describedby` and `aria-invalid`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect))
            if not is_choice and not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", "form-control")


class NoStripCharField(forms.CharField):
    """A text field that keeps leading and trailing spaces: they are part of a password, and an error in a name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
