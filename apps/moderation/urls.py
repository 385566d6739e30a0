from django.urls import URLPattern, path

from apps.osm.elements import ElementType

from . import views

urlpatterns: list[URLPattern] = [
    path("redactions", views.redactions, name="redactions"),
    path("redactions/new", views.new_redaction, name="new_redaction"),
    path("redactions/<int:redaction_id>", views.redaction, name="redaction"),
    path("redactions/<int:redaction_id>/edit", views.edit_redaction, name="edit_redaction"),
    *[
        path(
            f"{kind.label}/<int:osm_id>/history/<int:number>/redaction",
            views.version_redaction,
            {"element_type": kind},
            name=f"{kind.label}_version_redaction",
        )
        for kind in ElementType
    ],
]
