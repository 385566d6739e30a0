"""URLs of signing up, logging in and account settings."""

from django.urls import URLPattern, path

from apps.web.moves import moved

from .views import account, logins, passkeys, preferences, registration, sessions, two_factor

urlpatterns: list[URLPattern] = [
    path("create-account.html", moved(url="/user/new")),
    path("forgot-password.html", moved(url="/user/forgot-password")),
    path("login", sessions.log_in, name="login"),
    path("login/code", sessions.second_step, name="second_step"),
    path("login/code/passkey", passkeys.second_step, name="passkey_step"),
    path("login/code/passkey/challenge", passkeys.second_step_challenge, name="passkey_step_challenge"),
    path("login/passkey", passkeys.log_in, name="passkey_login"),
    path("login/passkey/challenge", passkeys.log_in_challenge, name="passkey_login_challenge"),
    path("logout", sessions.log_out, name="logout"),
    path("user/new", registration.new, name="sign_up"),
    path("user", registration.create, name="create_user"),
    path("account", account.settings, name="account"),
    path("account/terms", account.terms, name="terms"),
    path("account/pd_declaration", account.pd_declaration, name="pd_declaration"),
    path("account/deletion", account.deletion, name="account_deletion"),
    path("account/sessions", logins.sessions, name="sessions"),
    path("account/two-factor", two_factor.settings, name="two_factor"),
    path("account/two-factor/recovery-codes", two_factor.recovery_codes, name="recovery_codes"),
    path("account/two-factor/off", two_factor.off, name="two_factor_off"),
    path("account/two-factor/passkeys", passkeys.add, name="passkey_new"),
    path("account/two-factor/passkeys/challenge", passkeys.add_challenge, name="passkey_new_challenge"),
    path("account/two-factor/passkeys/<int:passkey_id>", passkeys.rename, name="passkey"),
    path("account/two-factor/passkeys/<int:passkey_id>/remove", passkeys.remove, name="passkey_remove"),
    path("account/edit", moved(url="/account")),
    path("preferences", moved(url="/preferences/basic")),
    path("preferences/edit", moved(url="/preferences/basic")),
    path("preferences/basic", preferences.basic, name="preferences"),
    path("preferences/notifications", preferences.notifications, name="notification_preferences"),
    path("preferences/advanced", preferences.advanced, name="advanced_preferences"),
    path("user/terms", moved(url="/account/terms")),
    path("user/go_public", account.go_public, name="go_public"),
    path("user/confirm-email", account.confirm_email, name="confirm_email"),
    path("user/confirm", registration.confirm, name="confirm"),
    path("user/forgot-password", registration.forgot_password, name="forgot_password"),
    path("user/reset-password", registration.reset_password, name="reset_password"),
    path("user/suspended", sessions.suspended, name="suspended"),
    path("user/<display_name:display_name>/confirm", registration.confirm, name="confirm_user"),
    path("user/<display_name:display_name>/confirm/resend", registration.resend, name="resend_confirmation"),
    path("user/<display_name:display_name>/account", account.moved),
]
