"""The application as which the editor iD acts is there from the first start: nobody has to register it."""

from django.db import migrations


def make_editor(apps, schema_editor):
    apps.get_model("oauth", "Application").objects.get_or_create(
        client_id="osmsite-id",
        defaults={
            "name": "iD",
            "scopes": "read_prefs write_prefs write_api read_gpx write_gpx write_notes",
            "client_type": "public",
            "authorization_grant_type": "authorization-code",
            "client_secret": "",
            "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("oauth", "0002_signed_with_rs256")]

    operations = [migrations.RunPython(make_editor, migrations.RunPython.noop)]
