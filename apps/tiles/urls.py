from django.urls import path

from . import views

urlpatterns = [
    path("changes.json", views.changes, name="tile_changes"),
    path("shortbread_v1/<int:z>/<int:x>/<int:y>.mvt", views.tile),
    path("shortbread_v1.json", views.description),
]
