import gzip
import zlib

import pytest
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings

from apps.changesets import actions
from apps.changesets.models import Changeset
from apps.elements.models import Node, OldNode, RelationMember, WayNode
from apps.users.models import User

from .client import get, send
from .uploads import CREATE, lines, upload


def test_a_changeset_is_opened_updated_and_closed(token: str, alice: User) -> None:
    response = send("PUT", "changeset/create", '<osm><changeset><tag k="comment" v="Hi"/></changeset></osm>')
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    changeset = Changeset.objects.get(pk=int(response.text))
    assert (changeset.user, changeset.tags, changeset.is_open()) == (alice, {"comment": "Hi"}, True)
    assert changeset.subscriptions.get().user == alice
    assert User.objects.get(pk=alice.pk).changesets_count == alice.changesets_count + 1
    described = send(
        "PUT", f"changeset/{changeset.pk}", '<osm><changeset><tag k="b" v="c"/></changeset></osm>'
    )
    assert [tag.get("k") for tag in described.xml.iter("tag")] == ["b"]
    assert (send("PUT", f"changeset/{changeset.pk}/close", "").status) == 200
    again = send("PUT", f"changeset/{changeset.pk}/close", "")
    assert again.status == 409
    assert again.text.startswith(f"The changeset {changeset.pk} was closed at ")
    assert again.text.endswith(" UTC")


def test_tags_of_several_changeset_elements_are_merged(token: str) -> None:
    body = '<osm><changeset><tag k="a" v="1"/><tag k="b" v="1"/></changeset><changeset><tag k="b" v="2"/></changeset></osm>'
    response = send("POST", "changesets", body)
    assert Changeset.objects.get(pk=int(response.text)).tags == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "Cannot parse valid changeset from xml string . "),
        ("<osm/>", "XML doesn't contain an osm/changeset element."),
        ("<osm><changeset><tag v='1'/></changeset></osm>", "tag is missing key"),
        ("<osm><changeset><tag k='1'/></changeset></osm>", "tag is missing value"),
        (
            "<osm><changeset><tag k='a' v='1'/><tag k='a' v='2'/></changeset></osm>",
            "Element changeset/ has duplicate tags with key a",
        ),
        ("<!DOCTYPE osm [<!ENTITY a 'b'>]><osm><changeset/></osm>", "A document type is not allowed."),
        (
            f"<osm><changeset><tag k='{'x' * 256}' v='1'/></changeset></osm>",
            "is too long (maximum is 255 characters)",
        ),
    ],
)
def test_an_invalid_changeset_is_refused(token: str, body: str, text: str) -> None:
    response = send("PUT", "changeset/create", body)
    assert response.status == 400
    assert text in response.text


def test_elements_are_created_with_placeholders(changeset: Changeset) -> None:
    response = upload(changeset, CREATE)
    result = lines(response)
    assert [(kind, old, version) for kind, old, _new, version in result] == [
        ("node", "-1", "1"),
        ("node", "-2", "1"),
        ("way", "-1", "1"),
        ("relation", "-1", "1"),
    ]
    node, second, way, relation = (int(line[2]) for line in result)
    assert get(f"node/{node}").xml[0][0].get("v") == '<"b">'
    assert get(f"way/{way}.json").json["elements"][0]["nodes"] == [node, second, 1]
    assert get(f"way/{way}").xml[0].get("user") == "alice"
    members = get(f"relation/{relation}.json").json["elements"][0]["members"]
    assert [(member["type"], member["ref"], member["role"]) for member in members] == [
        ("way", way, "x"),
        ("node", second, ""),
    ]
    assert get(f"node/{node}/ways").refs == [f"w{way}v1"]
    assert f"r{relation}v1" in get(f"way/{way}/relations").refs
    assert f"n{node}v1" in get("map?bbox=9.29,47.29,9.31,47.31").refs


def test_the_counters_and_the_bbox_of_the_changeset_grow(changeset: Changeset) -> None:
    upload(changeset, CREATE)
    upload(changeset, '<modify><node id="4" version="1" CS lat="47.8" lon="9.8"/></modify>')
    changeset.refresh_from_db()
    assert changeset.num_changes == 5
    assert [changeset.count(change) for change in ("created", "modified", "deleted")] == [4, 1, 0]
    assert changeset.bbox == (93000000, 471000000, 99000000, 479000000)


def test_a_modified_element_keeps_its_old_version(changeset: Changeset) -> None:
    response = upload(
        changeset,
        '<modify><node id="1" version="1" CS lat="47.15" lon="9.55"><tag k="name" v="uno"/></node></modify>',
    )
    assert lines(response) == [("node", "1", "1", "2")]
    assert get("node/1/history").refs == ["n1v1", "n1v2"]
    assert get("node/1/1").xml[0][0].get("v") == "one"
    assert get("node/1").xml[0][0].get("v") == "uno"


def test_a_changed_way_records_which_nodes_it_uses(changeset: Changeset) -> None:
    upload(changeset, '<modify><way id="1" version="1" CS><nd ref="4"/><nd ref="2"/></way></modify>')
    assert set(WayNode.objects.filter(way_id=1).values_list("node_id", flat=True)) == {2, 4}
    assert lines(upload(changeset, '<delete><node id="1" version="1" CS/></delete>')) == [("node", "1")]


def test_an_element_can_occur_several_times_in_one_upload(changeset: Changeset) -> None:
    response = upload(
        changeset,
        """<create><node id="-1" CS lat="1" lon="1"/></create>
        <modify><node id="-1" version="1" CS lat="1.2" lon="1.2"/></modify>
        <modify><node id="-1" version="2" CS lat="1.3" lon="1.3"/></modify>
        <delete><node id="-1" version="3" CS/></delete>""",
    )
    node = lines(response)[0][2]
    assert [line[1:] for line in lines(response)] == [
        ("-1", node, "1"),
        ("-1", node, "2"),
        ("-1", node, "3"),
        ("-1",),
    ]
    assert get(f"node/{node}/history").refs == [f"n{node}v{number}" for number in (1, 2, 3, 4)]
    assert get(f"node/{node}").status == 410
    assert OldNode.objects.filter(id=node).count() == 3


def test_a_deleted_element_can_be_restored(changeset: Changeset) -> None:
    assert lines(upload(changeset, '<modify><node id="3" version="2" CS lat="1" lon="1"/></modify>')) == [
        ("node", "3", "3", "3")
    ]
    assert get("node/3").status == 200


def test_if_unused_skips_elements_in_use(changeset: Changeset) -> None:
    response = upload(
        changeset,
        """<delete if-unused="">
        <node id="1" version="1" CS/><node id="3" version="1" CS/><way id="1" version="1" CS/>
        <relation id="2" version="1" CS/></delete>""",
    )
    assert lines(response) == [
        ("node", "1", "1", "1"),
        ("node", "3", "3", "2"),
        ("way", "1", "1", "1"),
        ("relation", "2"),
    ]
    changeset.refresh_from_db()
    assert changeset.num_changes == 1


def test_relations_that_refer_to_each_other_can_be_deleted_together(changeset: Changeset) -> None:
    response = upload(
        changeset, '<delete><relation id="1" version="1" CS/><relation id="2" version="1" CS/></delete>'
    )
    assert lines(response) == [("relation", "1"), ("relation", "2")]
    assert not RelationMember.objects.exists()


def test_an_empty_document_changes_nothing(changeset: Changeset) -> None:
    assert lines(upload(changeset, "")) == []
    assert lines(upload(changeset, "<modify/><delete/>")) == []


@pytest.mark.parametrize(
    ("actions_xml", "status", "text"),
    [
        (
            '<modify><node id="1" version="2" CS lat="1" lon="1"/></modify>',
            409,
            "Version mismatch: Provided 2, server had: 1 of Node 1",
        ),
        ('<modify><node id="77" version="2" CS lat="1" lon="1"/></modify>', 404, ""),
        (
            '<modify><node id="1" version="1" changeset="1" lat="1" lon="1"/></modify>',
            409,
            "Changeset mismatch: Provided 1 but only {} is allowed",
        ),
        (
            '<delete><node id="3" version="2" CS/></delete>',
            410,
            "The node with the id 3 has already been deleted",
        ),
        (
            '<delete><node id="1" version="1" CS/></delete>',
            412,
            "Precondition failed: Node 1 is still used by ways 1.",
        ),
        (
            '<delete><node id="4" version="1" CS/></delete>',
            412,
            "Precondition failed: Node 4 is still used by relations 1.",
        ),
        (
            '<delete><way id="1" version="1" CS/></delete>',
            412,
            "Precondition failed: Way 1 is still used by relations 1.",
        ),
        (
            '<delete><relation id="1" version="1" CS/></delete>',
            412,
            "Precondition failed: The relation 1 is used in relations 2.",
        ),
        (
            '<create><way id="-5" CS><nd ref="88"/><nd ref="3"/><nd ref="1"/></way></create>',
            412,
            (
                "Precondition failed: Way -5 requires the nodes with id in 3,88, which either do not exist, or are not "
                "visible."
            ),
        ),
        (
            '<create><relation id="-5" CS><member type="way" ref="9" role=""/></relation></create>',
            412,
            (
                "Precondition failed: Relation -5 requires the ways with id in 9, which either do not exist, or are not "
                "visible."
            ),
        ),
        (
            '<create><way id="-5" CS/></create>',
            412,
            "Precondition failed: Way -5 must have at least one node",
        ),
        (
            '<create><way id="-5" CS><nd ref="-9"/></way></create>',
            400,
            "Placeholder node not found for reference -9 in way -5",
        ),
        (
            '<create><relation id="-5" CS><member type="relation" ref="-5" role=""/></relation></create>',
            400,
            "Placeholder relation not found for reference -5 in relation -5",
        ),
        (
            '<create><node id="-1" CS lat="1" lon="1"/><node id="-1" CS lat="1" lon="1"/></create>',
            400,
            "Placeholder IDs must be unique for created elements.",
        ),
        (
            '<modify><node id="-9" version="1" CS lat="1" lon="1"/></modify>',
            400,
            "Placeholder id not found for node reference -9",
        ),
    ],
)
def test_an_upload_is_refused_as_a_whole(
    changeset: Changeset, actions_xml: str, status: int, text: str
) -> None:
    before = list(Node.objects.order_by("id").values_list("id", "version"))
    created = '<create><node id="-900" CS lat="1" lon="1"/></create>'
    response = upload(changeset, created + actions_xml)
    assert (response.status, response.text) == (status, text.format(changeset.pk))
    if text:
        assert response.headers["Error"] == response.text
    assert list(Node.objects.order_by("id").values_list("id", "version")) == before
    changeset.refresh_from_db()
    assert (changeset.num_changes, changeset.bbox) == (0, None)


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("<osm/>", "Unknown top-level element osm, expecting osmChange"),
        ("<osmChange><make/></osmChange>", "Unknown action make, choices are create, modify, delete"),
        (
            "<osmChange><create><area/></create></osmChange>",
            "Unknown element area, expecting node, way or relation",
        ),
        ("<osmChange><create><node/></create></osmChange>", "Mandatory field id missing in object"),
        ("<osmChange><create><node id='-1'/></create></osmChange>", "Changeset id is missing for Node -1"),
        (
            "<osmChange><modify><node id='1' changeset='1'/></modify></osmChange>",
            "Version is required when updating Node 1",
        ),
        (
            "<osmChange><create><node id='-1' changeset='1' lat='91' lon='0'/></create></osmChange>",
            "Latitude outside of valid range",
        ),
        (
            "<osmChange><create><node id='-1' changeset='1' lat='nan' lon='0'/></create></osmChange>",
            "Latitude not a valid finite number",
        ),
        (
            "<osmChange><create><node id='1' changeset='1' lat='1' lon='0'/></create></osmChange>",
            "Placeholder IDs must be negative for created elements.",
        ),
        (
            (
                "<osmChange><create><node id='-1' changeset='1' lat='1' lon='0'><tag k='a' v='1'/><tag k='a' v='2'/></node>"
                "</create></osmChange>"
            ),
            "Node -1 has duplicate tags with key a",
        ),
        ("<osmChange><create><node id='-1' id='-2'/></create></osmChange>", "duplicate attribute"),
        ("<osmChange><create>", "no element found"),
        ("\x00", "unclosed token"),
        ("<osmChange>" + "<create>" * 1_000_000, "Unknown element create"),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><osmChange>&d;</osmChange>",
            "A document type is not allowed",
        ),
        ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><osmChange/>", "A document type is not allowed"),
        *(
            (
                f"<?xml version='1.0' encoding='{encoding}'?><osmChange/>",
                "XML cannot be read: unknown encoding",
            )
            for encoding in ("klingon", "hex", "idna", "utf-32", "punycode", "cp037")
        ),
        (
            "<osmChange><modify><way id='1' changeset='1' version='1'><nd ref='1'><a><b/></a></nd></way></modify></osmChange>",
            "xml file nested too deep",
        ),
    ],
)
def test_an_invalid_document_is_refused_with_line_and_column(
    changeset: Changeset, document: str, text: str
) -> None:
    response = send("POST", f"changeset/{changeset.pk}/upload", document)
    assert response.status == 400
    assert text in response.text
    assert ", column " in response.text


def test_closed_changesets_and_those_of_others_accept_no_upload(changeset: Changeset, bob: User) -> None:
    assert send("POST", "changeset/4711/upload", "<osmChange/>").status == 404
    foreign = actions.open_changeset(bob, tags={})
    response = send("POST", f"changeset/{foreign.pk}/upload", "nonsense")
    assert (response.status, response.text) == (409, "The user doesn't own that changeset")
    Changeset.objects.filter(pk=changeset.pk).update(closed_at="2020-01-01T12:34:56Z")
    response = send("POST", f"changeset/{changeset.pk}/upload", "nonsense")
    assert (response.status, response.text) == (
        409,
        f"The changeset {changeset.pk} was closed at 2020-01-01 12:34:56 UTC",
    )


def test_a_changeset_accepts_ten_thousand_changes_and_no_more(
    changeset: Changeset, settings: Settings
) -> None:
    settings.INITIAL_CHANGES_PER_HOUR = 100_000
    Changeset.objects.filter(pk=changeset.pk).update(num_changes=9_999)
    one = '<create><node id="-1" CS lat="1" lon="1"/></create>'
    assert upload(changeset, one + one.replace("-1", "-2")).status == 409
    assert upload(changeset, one).status == 200
    assert upload(changeset, one.replace("-1", "-2")).status == 409


def test_too_many_changes_per_hour_are_429(changeset: Changeset, settings: Settings) -> None:
    settings.INITIAL_CHANGES_PER_HOUR = 3
    response = upload(changeset, CREATE)
    text = "Upload has been blocked due to rate limiting. Please try again later."
    assert (response.status, response.text) == (429, text)
    assert 0 < int(response.headers["Retry-After"]) <= 3600
    settings.INITIAL_CHANGES_PER_HOUR = 4
    assert upload(changeset, CREATE).status == 200


def test_a_bbox_above_the_limit_is_413_but_one_at_the_limit_is_accepted(changeset: Changeset) -> None:
    nodes = '<create><node id="-1" CS lat="1" lon="1"/><node id="-2" CS lat="2.5" lon="{}"/></create>'
    response = upload(changeset, nodes.format("2.5000001"))
    assert (response.status, response.text) == (413, "Changeset bounding box size limit exceeded.")
    assert upload(changeset, nodes.format("2.5")).status == 200


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_bodies_are_accepted(changeset: Changeset, encoding: str, pack: object) -> None:
    body = (
        f'<osmChange><create><node id="-1" changeset="{changeset.pk}" lat="1" lon="1"/></create></osmChange>'
    )
    packed = pack(body.encode())  # type: ignore[operator]
    assert send("POST", f"changeset/{changeset.pk}/upload", packed, Content_Encoding=encoding).status == 200
    assert (
        send("POST", f"changeset/{changeset.pk}/upload", packed[:20], Content_Encoding=encoding).status == 400
    )


def test_bodies_that_are_too_large_are_refused_compressed_or_not(
    changeset: Changeset, settings: Settings
) -> None:
    settings.MAX_UPLOAD_SIZE = 100_000
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    path = f"changeset/{changeset.pk}/upload"
    assert send("POST", path, bomb, Content_Encoding="gzip").status == 413
    assert send("POST", path, b" " * 100_001).status == 413
    assert send("POST", path, b"", Content_Encoding="br").status == 415


def test_permissions_are_checked_before_anything_else(changeset: Changeset, alice: User) -> None:
    path = f"changeset/{changeset.pk}/upload"
    assert send("POST", path, "nonsense", Authorization="Bearer other").status == 401
    User.objects.filter(pk=alice.pk).update(data_public=False)
    assert send("POST", "changeset/4711/upload", "nonsense").status == 403
    User.objects.filter(pk=alice.pk).update(data_public=True, terms_agreed=None)
    assert send("POST", path, "nonsense").status == 403
    AccessToken.objects.update(scope="read_prefs")
    assert send("POST", path, "nonsense").status == 403


def test_nothing_is_written_while_the_api_is_read_only(changeset: Changeset, settings: Settings) -> None:
    settings.STATUS = "api_readonly"
    assert upload(changeset, "").status == 503
    assert send("PUT", "changeset/create", "").status == 503
    assert get(f"changeset/{changeset.pk}").status == 200
