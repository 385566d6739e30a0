"""The editor's tokens with their sessions. Those of before are only named in the data of sessions: the editor gets new ones."""

import django.db.models.deletion
from django.db import migrations, models


def revoke_editor_tokens(apps, schema_editor):
    apps.get_model("oauth2_provider", "AccessToken").objects.filter(application__client_id="osmsite-id").delete()
    # Otherwise PostgreSQL refuses to add the foreign key while the checks of the deleted rows are pending.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0005_rebuild_look_alike_names"),
        ("oauth", "0004_add_used_code"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="EditorToken",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("token", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="oauth2_provider.accesstoken")),
            ],
        ),
        migrations.RunPython(revoke_editor_tokens, migrations.RunPython.noop),
    ]
