import pytest
from pytest_django.fixtures import Settings

from apps.changesets import actions
from apps.changesets.models import Changeset
from apps.users.models import User

from .client import Response, get, send


def write(method: str, path: str, changeset: Changeset, element: str) -> Response:
    return send(method, path, f"<osm>{element}</osm>".replace("CS", f'changeset="{changeset.pk}"'))


def test_a_node_is_created_changed_and_deleted(changeset: Changeset) -> None:
    response = write(
        "PUT", "node/create", changeset, '<node CS lat="47.5" lon="9.5"><tag k="a" v="b"/></node>'
    )
    assert (response.status, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    node = response.text
    assert get(f"node/{node}").xml[0][0].get("v") == "b"
    changed = write(
        "PUT", f"node/{node}", changeset, f'<node id="{node}" version="1" CS lat="47.6" lon="9.5"/>'
    )
    assert (changed.status, changed.text) == (200, "2")
    gone = write(
        "DELETE", f"node/{node}", changeset, f'<node id="{node}" version="2" CS lat="47.6" lon="9.5"/>'
    )
    assert (gone.status, gone.text) == (200, "3")
    assert get(f"node/{node}").status == 410
    assert get(f"node/{node}/history").refs == [f"n{node}v1", f"n{node}v2", f"n{node}v3"]
    changeset.refresh_from_db()
    assert (changeset.num_changes, changeset.bbox) == (3, (95000000, 475000000, 95000000, 476000000))


def test_ways_and_relations_can_be_created_with_post(changeset: Changeset) -> None:
    way = write("POST", "ways", changeset, '<way CS><nd ref="1"/><nd ref="4"/></way>').text
    assert get(f"way/{way}.json").json["elements"][0]["nodes"] == [1, 4]
    relation = write(
        "POST", "relations", changeset, f'<relation CS><member type="way" ref="{way}"/></relation>'
    ).text
    assert get(f"relation/{relation}.json").json["elements"][0]["members"][0]["role"] == ""


@pytest.mark.parametrize(
    ("method", "path", "element", "status", "text"),
    [
        ("PUT", "node/create", "", 400, "XML doesn't contain an osm/node element."),
        ("PUT", "way/create", "", 400, "Cannot parse valid node from xml string <osm></osm>. "),
        ("PUT", "node/create", '<node lon="1" CS/>', 400, "lat missing"),
        ("PUT", "node/create", '<node lat="3.1abc" lon="1" CS/>', 400, "lat not a number"),
        ("PUT", "node/create", '<node lat="1" lon="1"/>', 400, "Changeset id is missing"),
        ("PUT", "node/create", '<node lat="91" lon="1" CS/>', 400, "The node is outside this world"),
        (
            "PUT",
            "node/create",
            '<node lat="1" lon="1" changeset="77"/>',
            409,
            "You need to supply a changeset",
        ),
        (
            "PUT",
            "node/create",
            '<node lat="1" lon="1" CS><tag k="a" v="1"/><tag k="a" v="2"/></node>',
            400,
            "Element node/ has duplicate tags with key a",
        ),
        (
            "PUT",
            "node/create",
            f'<node lat="1" lon="1" CS><tag k="a" v="{"x" * 256}"/></node>',
            400,
            " v: is too long (maximum is 255 characters) ",
        ),
        ("PUT", "way/create", "<way CS/>", 412, "Precondition failed: Cannot create way: data is invalid."),
        (
            "PUT",
            "way/create",
            '<way CS><nd ref="0"/></way>',
            412,
            "Precondition failed: Way  requires the nodes with id in (0), which either do not exist, or are not visible.",
        ),
        (
            "PUT",
            "relation/create",
            '<relation CS><member type="node" ref="0" role=""/></relation>',
            412,
            "Precondition failed: Relation with id  cannot be saved due to Node with id 0",
        ),
        (
            "PUT",
            "relation/create",
            '<relation CS><member type="Node" ref="1" role=""/></relation>',
            400,
            'The Node is not allowed only, ["node", "way", "relation"] allowed',
        ),
        ("PUT", "node/1", '<node id="1" CS lat="1" lon="1"/>', 400, "Version is required when updating"),
        ("PUT", "node/1", '<node version="1" CS lat="1" lon="1"/>', 400, "ID is required when updating."),
        (
            "PUT",
            "node/1",
            '<node id="2" version="1" CS lat="1" lon="1"/>',
            400,
            "The id in the url (1) is not the same as provided in the xml (2)",
        ),
        (
            "PUT",
            "node/1",
            '<node id="1" version="p1r4at3s!" CS lat="1" lon="1"/>',
            409,
            "Version mismatch: Provided 0, server had: 1 of Node 1",
        ),
        ("PUT", "node/77", "<node/>", 404, ""),
        (
            "DELETE",
            "node/3",
            '<node id="3" version="9" CS lat="1" lon="1"/>',
            410,
            "The node with the id 3 has already been deleted",
        ),
        (
            "DELETE",
            "node/1",
            '<node id="1" version="1" CS lat="1" lon="1"/>',
            412,
            "Precondition failed: Node 1 is still used by ways 1.",
        ),
        (
            "DELETE",
            "relation/1",
            '<relation id="1" version="1" CS/>',
            412,
            "Precondition failed: The relation 1 is used in relation 2.",
        ),
        ("DELETE", "way/1", '<way id="2" version="1" CS/>', 400, ""),
    ],
)
def test_an_invalid_change_is_refused(
    changeset: Changeset, method: str, path: str, element: str, status: int, text: str
) -> None:
    response = write(method, path, changeset, element)
    assert response.status == status
    assert text in response.text
    assert bool(text) == bool(response.text)
    changeset.refresh_from_db()
    assert changeset.num_changes == 0


def test_the_version_is_checked_before_the_changeset(changeset: Changeset, bob: User) -> None:
    foreign = actions.open_changeset(bob, tags={})
    wrong = write("PUT", "node/1", foreign, '<node id="1" version="5" CS lat="1" lon="1"/>')
    assert (wrong.status, wrong.text) == (409, "Version mismatch: Provided 5, server had: 1 of Node 1")
    right = write("PUT", "node/1", foreign, '<node id="1" version="1" CS lat="1" lon="1"/>')
    assert (right.status, right.text) == (409, "The user doesn't own that changeset")


def test_limits_have_messages_of_their_own(changeset: Changeset, settings: Settings) -> None:
    write("PUT", "node/create", changeset, '<node CS lat="1" lon="1"/>')
    large = write("PUT", "node/create", changeset, '<node CS lat="5" lon="5"/>')
    assert (large.status, large.text) == (413, "Size limit exceeded")
    settings.INITIAL_CHANGES_PER_HOUR = 1
    fast = write("PUT", "node/create", changeset, "nonsense")
    assert (fast.status, fast.text) == (429, "Rate limit exceeded")
    assert 0 < int(fast.headers["Retry-After"]) <= 3600


def test_single_writes_need_permission_to_edit(changeset: Changeset, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(data_public=False)
    for method, path in (
        ("PUT", "node/create"),
        ("PUT", "node/77"),
        ("DELETE", "node/77"),
        ("POST", "ways"),
    ):
        response = send(method, path, "nonsense")
        assert (response.status, response.text) == (403, "You must make your edits public to upload new data")
        assert send(method, path, "", Authorization="Bearer other").status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "nodes"), ("PUT", "node/create"), ("POST", "changesets"), ("PUT", "changeset/create")],
)
def test_calls_that_return_plain_text_accept_requests_for_it(token: str, method: str, path: str) -> None:
    body = "<osm><changeset/></osm>" if "changeset" in path else "<osm><node/></osm>"
    assert send(method, path, body, Accept="text/plain").status == (200 if "changeset" in path else 400)


def test_reads_refuse_requests_for_plain_text(token: str) -> None:
    for path in ("nodes?nodes=1", "node/1", "changesets", "changeset/1"):
        assert get(path, Accept="text/plain").status == 406
