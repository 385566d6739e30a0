from django.urls import URLPattern, path

from apps.osm.elements import ElementType

from . import views

urlpatterns: list[URLPattern] = [
    pattern
    for kind in ElementType
    for pattern in [
        path(f"{kind.label}/<int:osm_id>", views.element, {"element_type": kind}, name=kind.label),
        path(
            f"{kind.label}/<int:osm_id>/history",
            views.history,
            {"element_type": kind},
            name=f"{kind.label}_history",
        ),
        path(
            f"{kind.label}/<int:osm_id>/history/<int:number>",
            views.version,
            {"element_type": kind},
            name=f"{kind.label}_version",
        ),
    ]
]
urlpatterns += [
    path("relation/<int:osm_id>/members", views.members, name="relation_members"),
    path(
        "relation/<int:osm_id>/history/<int:number>/members", views.members, name="relation_version_members"
    ),
]
