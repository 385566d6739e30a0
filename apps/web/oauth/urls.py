from django.urls import path

from . import endpoints, views

urlpatterns = [
    path("oauth2/authorize", views.authorize, name="oauth_authorize"),
    path("oauth2/authorize/native", views.native),
    path("oauth2/token", endpoints.token),
    path("oauth2/token/info", endpoints.token_info),
    path("oauth2/revoke", endpoints.revoke),
    path("oauth2/introspect", endpoints.introspect),
    path("oauth2/userinfo", endpoints.userinfo),
    path("oauth2/discovery/keys", endpoints.keys),
    path(".well-known/openid-configuration", endpoints.discovery),
    path(".well-known/oauth-authorization-server", endpoints.discovery),
    path("oauth2/applications", views.applications, name="oauth_applications"),
    path("oauth2/applications/new", views.new_application, name="oauth_new_application"),
    path("oauth2/applications/<int:application_id>", views.application, name="oauth_application"),
    path(
        "oauth2/applications/<int:application_id>/edit", views.edit_application, name="oauth_edit_application"
    ),
    path(
        "oauth2/authorized_applications", views.authorized_applications, name="oauth_authorized_applications"
    ),
    path(
        "oauth2/authorized_applications/<int:application_id>",
        views.authorized_application,
        name="oauth_authorized_application",
    ),
]
