from django.urls import URLPattern, path

from . import nominatim

urlpatterns: list[URLPattern] = [
    path("nominatim/search", nominatim.search, name="nominatim_search"),
    path("nominatim/search.php", nominatim.search),
    path("nominatim/reverse", nominatim.reverse, name="nominatim_reverse"),
    path("nominatim/reverse.php", nominatim.reverse),
    path("nominatim/lookup", nominatim.lookup, name="nominatim_lookup"),
    path("nominatim/lookup.php", nominatim.lookup),
    path("nominatim/status", nominatim.status, name="nominatim_status"),
    path("nominatim/status.php", nominatim.status),
]
