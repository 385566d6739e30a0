import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.changesets import actions
from apps.changesets.models import Changeset
from apps.elements.models import Node, Way
from apps.users.models import User
from tests import worlds

from .client import Response, get
from .conftest import EDITED_WORLD
from .uploads import lines, upload


def test_the_statement_count_does_not_grow(changeset: Changeset) -> None:
    def statements(number: int, first: int) -> int:
        nodes = "".join(f'<node id="-{first + n}" CS lat="1" lon="1"/>' for n in range(number))
        ways = "".join(f'<way id="-{first + n}" CS><nd ref="-{first + n}"/></way>' for n in range(number))
        with CaptureQueriesContext(connection) as captured:
            assert upload(changeset, f"<create>{nodes}{ways}</create>").status == 200
        return len(captured)

    assert statements(2, 1) == statements(100, 1000) <= 25


@pytest.mark.parametrize(
    ("action", "kinds", "most"),
    [
        ("modify", ["node"], 25),
        ("modify", ["way"], 25),
        ("modify", ["relation"], 25),
        ("modify", ["node", "way"], 25),
        ("modify", ["node", "way", "relation"], 30),
        ("delete", ["relation"], 25),
        ("delete", ["way", "node"], 25),
        ("delete", ["relation", "way", "node"], 30),
    ],
)
def test_the_statement_count_of_later_versions_does_not_grow(
    changeset: Changeset, action: str, kinds: list[str], most: int
) -> None:
    inner = {
        "node": "",
        "way": '<nd ref="1"/>',
        "relation": '<member type="node" ref="2" role=""/>',
    }

    def statements(number: int) -> int:
        created = "".join(
            f'<node id="-{n}" CS lat="47.1" lon="9.5"/><way id="-{n}" CS><nd ref="-{n}"/></way>'
            f'<relation id="-{n}" CS><member type="node" ref="1" role=""/></relation>'
            for n in range(1, number + 1)
        )
        ids = [(line[0], line[2]) for line in lines(upload(changeset, f"<create>{created}</create>"))]
        changes = "".join(
            f'<{kind} id="{id_}" version="1" CS lat="47.2" lon="9.5">{inner[kind]}</{kind}>'
            for kind in kinds
            for of, id_ in ids
            if of == kind
        )
        with CaptureQueriesContext(connection) as captured:
            assert upload(changeset, f"<{action}>{changes}</{action}>").status == 200
        return len(captured)

    assert statements(1) == statements(60) <= most


@pytest.mark.django_db(transaction=True)
def test_uploads_to_one_changeset_queue_and_count_correctly(alice: User) -> None:
    AccessToken.objects.create(
        user=alice, token="secret", scope="write_api", expires=timezone.now() + timedelta(days=1)
    )
    worlds.load(EDITED_WORLD)
    changeset = actions.open_changeset(alice, tags={})
    responses: list[Response] = []

    def one(number: int) -> None:
        try:
            xml = f'<create><node id="-{number}" CS lat="1" lon="1"/></create>'
            responses.append(upload(changeset, xml))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(1, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [response.status for response in responses] == [200] * 16
    changeset.refresh_from_db()
    assert (changeset.num_changes, changeset.num_created_nodes) == (16, 16)
    assert Node.objects.filter(changeset=changeset).count() == 16


@pytest.mark.django_db(transaction=True)
def test_simultaneous_uploads_that_refer_to_each_others_elements_all_succeed(alice: User) -> None:
    """Tried in both orders."""
    AccessToken.objects.create(
        user=alice, token="secret", scope="write_api", expires=timezone.now() + timedelta(days=1)
    )
    worlds.load(EDITED_WORLD)
    responses: list[Response] = []

    def one(modified: int, referred: int) -> None:
        try:
            changeset = actions.open_changeset(alice, tags={})
            for _ in range(8):
                version = get(f"node/{modified}.json").json["elements"][0]["version"]
                responses.append(
                    upload(
                        changeset,
                        f'<modify><node id="{modified}" version="{version}" CS lat="47.2" lon="9.6"/></modify>'
                        f'<create><way id="-1" CS><nd ref="{referred}"/></way></create>'
                        '<delete><way id="-1" version="1" CS/></delete>',
                    )
                )
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=pair) for pair in [(1, 2), (2, 1), (4, 1)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [response.status for response in responses] == [200] * 24, [
        response.text for response in responses
    ]
    assert Way.objects.filter(visible=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_upload_aborted_by_the_database_is_retried(alice: User) -> None:
    AccessToken.objects.create(
        user=alice, token="secret", scope="write_api", expires=timezone.now() + timedelta(days=1)
    )
    worlds.load(EDITED_WORLD)
    changeset = actions.open_changeset(alice, tags={})
    responses: list[Response] = []

    def one() -> None:
        try:
            nodes = "".join(
                f'<node id="{n}" version="{v}" CS lat="47.1" lon="9.5"/>' for n, v in [(1, 1), (2, 3)]
            )
            responses.append(upload(changeset, f"<modify>{nodes}</modify>"))
        finally:
            connection.close()

    thread = threading.Thread(target=one)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nodes WHERE id = 2 FOR UPDATE")
        thread.start()
        waiting = (
            "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        )
        deadline, number = time.monotonic() + 10, 0
        while number != 1:
            assert time.monotonic() < deadline
            time.sleep(0.02)
            cursor.execute(waiting)
            _, number = cursor.fetchone()
        # PostgreSQL looks for deadlocks after one second of waiting, and finds the upload, which waits longer.
        cursor.execute("SELECT 1 FROM nodes WHERE id = 1 FOR UPDATE")
    thread.join()
    assert [response.status for response in responses] == [200]
