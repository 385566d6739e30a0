"""Codes that were exchanged."""

import django.db.models.deletion
from django.db import migrations, models


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
    ]
