"""Codes that were exchanged; and the end of the editor's tokens that outlive their sessions."""

import django.db.models.deletion
from django.db import migrations, models


def revoke_editor_tokens(apps, schema_editor):
    apps.get_model("oauth2_provider", "AccessToken").objects.filter(application__client_id="osmsite-id").delete()
    # Otherwise PostgreSQL refuses to add the foreign key while the checks of the deleted rows are pending.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("oauth", "0003_editor"), ("oauth2_provider", "0022_refreshtoken_token_family_index")]

    operations = [
        migrations.CreateModel(
            name="UsedCode",
            fields=[
                ("code", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("expires", models.DateTimeField()),
                ("token", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="oauth2_provider.accesstoken")),
            ],
        ),
        migrations.RunPython(revoke_editor_tokens, migrations.RunPython.noop),
    ]
