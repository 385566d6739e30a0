from django.urls import URLPattern, path

from .views import profiles, sessions

urlpatterns: list[URLPattern] = [
    path("login", sessions.log_in, name="login"),
    path("logout", sessions.log_out, name="logout"),
    path("user/suspended", sessions.suspended, name="suspended"),
    # Names may hold anything but a slash; what stands above is reserved.
    path("user/<path:display_name>", profiles.profile, name="user"),
]
