"""Creates the users of the conformance cases on this instance, and prints their file: see docs/conformance.md."""

import io
import os
import secrets
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "osmsite.settings")

import django
from django.core.management import call_command

USERS: dict[str, list[str]] = {
    "alice": [],
    "bob": [],
    "chatty": [],
    "moderator": ["--role", "moderator"],
    "blocked": [],
    "warned": [],
    "unaware": ["--terms", "unseen"],
    "declined": ["--terms", "declined"],
    "private": ["--no-public-edits"],
    "suspended": ["--status", "suspended"],
}
NARROW = {"guest": "openid", "commenter": "write_changeset_comments"}


def command(name: str, *arguments: str) -> str:
    printed = io.StringIO()
    call_command(name, *arguments, stdout=printed)
    return printed.getvalue().strip()


def main() -> None:
    django.setup()
    from apps.oauth.scopes import ORDINARY

    # Unique names, so that the script can be run again.
    suffix = secrets.token_hex(3)
    all_scopes = " ".join(ORDINARY)
    ids = {}
    for user, options in USERS.items():
        name = f"{user}-{suffix}"
        account = ["--email", f"{name}@example.org", "--password", secrets.token_hex()]
        ids[user] = command("create_user", name, *account, *options)
    by = ["--by", f"moderator-{suffix}", "--reason", "For the cases"]
    command("block_user", f"blocked-{suffix}", *by)
    command("block_user", f"warned-{suffix}", *by, "--needs-view")
    redaction = command("create_redaction", "For the cases", "--by", f"moderator-{suffix}")
    print(f"redaction = {redaction}")
    for user, owner in {**{name: name for name in USERS}, **dict.fromkeys(NARROW, "alice")}.items():
        token = command("create_token", f"{owner}-{suffix}", "--scopes", NARROW.get(user, all_scopes))
        print(f'\n[{user}]\nid = {ids[owner]}\nname = "{owner}-{suffix}"\ntoken = "{token}"')


if __name__ == "__main__":
    main()
