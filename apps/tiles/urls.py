from django.urls import path

from . import views

urlpatterns = [
    path("shortbread_v1/<int:z>/<int:x>/<int:y>.mvt", views.tile),
    path("shortbread_v1.json", views.description),
]
