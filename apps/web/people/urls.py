"""URLs of profiles and of relations between people.

A display name may contain anything but a slash, so these patterns come last: other paths below `user/` take precedence.
"""

from django.urls import URLPattern, path, re_path

from apps.web.moves import moved

from .views import own_profile, profiles, relations

urlpatterns: list[URLPattern] = [
    path("profile", moved(url="/profile/description")),
    path("profile/edit", moved(url="/profile/description")),
    re_path(f"^profile/(?P<part>{'|'.join(own_profile.PARTS)})$", own_profile.edit, name="profile_part"),
    path("user_mutes", relations.mutes, name="mutes"),
    path("user/<display_name:display_name>/follow", relations.follow, name="follow"),
    path("user/<display_name:display_name>/mute", relations.mute, name="mute"),
    path("user/<display_name:display_name>", profiles.profile, name="user"),
    path("user/<path:display_name>", profiles.moved),
]
