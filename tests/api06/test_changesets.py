from datetime import UTC, datetime

import pytest

from apps.changesets.models import Changeset
from apps.users.models import User
from tests import worlds

from .client import attributes, get

WORLD = """
    <osm version="0.6">
      <changeset id="1" created_at="2020-01-01T00:00:00Z" closed_at="2020-01-01T01:00:00Z" uid="1" user="alice"
        min_lat="47.0" min_lon="9.0" max_lat="47.1" max_lon="9.1" num_changes="2">
        <tag k="created_by" v="by hand"/>
        <tag k="comment" v="A &quot;bench&quot;"/>
        <discussion>
          <comment id="7" date="2020-01-02T00:00:00Z" uid="2" user="bob"><text>Why &lt;here&gt;?</text></comment>
          <comment id="8" date="2020-01-03T00:00:00Z" uid="1" user="alice"><text>Why not?</text></comment>
        </discussion>
      </changeset>
      <changeset id="2" created_at="2020-02-01T00:00:00Z" closed_at="2020-02-01T00:00:00Z" num_changes="0"/>
      <changeset id="3" created_at="2020-03-01T00:00:00Z" closed_at="2999-01-01T00:00:00Z" uid="1" user="alice"
        min_lat="48.0" min_lon="9.0" max_lat="48.1" max_lon="9.1" num_changes="1"/>
      <changeset id="4" created_at="2020-02-15T00:00:00Z" closed_at="2020-02-16T00:00:00Z" uid="2" user="bob"
        num_changes="10001"/>
      <node id="1" version="1" changeset="1" timestamp="2020-01-01T00:00:01Z" uid="1" user="alice" lat="1" lon="1"/>
      <way id="1" version="2" changeset="1" timestamp="2020-01-01T00:00:03Z" uid="1" user="alice"><nd ref="1"/></way>
      <way id="1" version="3" visible="false" changeset="1" timestamp="2020-01-01T00:00:03Z" uid="1" user="alice"/>
      <node id="2" version="1" changeset="1" timestamp="2020-01-01T00:00:02Z" uid="1" user="alice" lat="1" lon="1"/>
    </osm>
"""


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    worlds.load_xml(WORLD)


def ids(query: str) -> list[int]:
    response = get("changesets?" + query)
    assert response.status == 200, response.text
    return [int(changeset.get("id") or 0) for changeset in response.xml]


def test_a_changeset_is_returned_as_xml() -> None:
    response = get("changeset/1")
    (changeset,) = response.xml
    assert attributes(changeset) == {
        "id": "1",
        "created_at": "2020-01-01T00:00:00Z",
        "closed_at": "2020-01-01T01:00:00Z",
        "open": "false",
        "comments_count": "2",
        "changes_count": "2",
        "min_lat": "47.0000000",
        "min_lon": "9.0000000",
        "max_lat": "47.1000000",
        "max_lon": "9.1000000",
        "uid": "1",
        "user": "alice",
    }
    assert [attributes(tag) for tag in changeset] == [
        {"k": "comment", "v": 'A "bench"'},
        {"k": "created_by", "v": "by hand"},
    ]


def test_a_changeset_is_returned_as_json() -> None:
    assert get("changeset/1.json").json["changeset"] == {
        "id": 1,
        "created_at": "2020-01-01T00:00:00Z",
        "open": False,
        "comments_count": 2,
        "changes_count": 2,
        "closed_at": "2020-01-01T01:00:00Z",
        "min_lat": 47.0,
        "min_lon": 9.0,
        "max_lat": 47.1,
        "max_lon": 9.1,
        "uid": 1,
        "user": "alice",
        "tags": {"comment": 'A "bench"', "created_by": "by hand"},
    }


def test_an_open_changeset_has_no_closing_time() -> None:
    changeset = get("changeset/3").xml[0]
    assert (changeset.get("open"), changeset.get("closed_at")) == ("true", None)


def test_an_empty_changeset_by_a_private_user_names_no_one() -> None:
    changeset = get("changeset/2").xml[0]
    assert {"uid", "user", "min_lat"} & set(attributes(changeset)) == set()
    assert len(changeset) == 0


def test_the_discussion_is_included_on_request() -> None:
    assert get("changeset/1").xml.find(".//discussion") is None
    assert get("changeset/1?include_discussion=").xml.find(".//discussion") is None
    comments = get("changeset/1?include_discussion=true").xml.findall(".//discussion/comment")
    assert [attributes(comment) for comment in comments] == [
        {"id": "7", "date": "2020-01-02T00:00:00Z", "uid": "2", "user": "bob"},
        {"id": "8", "date": "2020-01-03T00:00:00Z", "uid": "1", "user": "alice"},
    ]
    assert comments[0].findtext("text") == "Why <here>?"
    json = get("changeset/1.json?include_discussion=1").json["changeset"]["comments"]
    assert json[1] == {
        "id": 8,
        "visible": True,
        "date": "2020-01-03T00:00:00Z",
        "uid": 1,
        "user": "alice",
        "text": "Why not?",
    }


def test_hidden_comments_are_neither_shown_nor_counted() -> None:
    Changeset.objects.get(id=1).comments.filter(id=7).update(visible=False)
    changeset = get("changeset/1?include_discussion=1").xml[0]
    assert changeset.get("comments_count") == "1"
    assert [comment.get("id") for comment in changeset.iter("comment")] == ["8"]


def test_an_unknown_changeset_is_404() -> None:
    for path in ("changeset/99", "changeset/99.json", "changeset/99/download"):
        assert (get(path).status, get(path).body) == (404, b"")


def test_a_download_has_one_action_per_version_in_order_of_time_and_version() -> None:
    response = get("changeset/1/download")
    assert response.xml.tag == "osmChange"
    assert response.xml.get("license") == "http://opendatacommons.org/licenses/odbl/1-0/"
    actions = [
        (action.tag, action[0].tag, action[0].get("id"), action[0].get("version")) for action in response.xml
    ]
    assert actions == [
        ("create", "node", "1", "1"),
        ("create", "node", "2", "1"),
        ("modify", "way", "1", "2"),
        ("delete", "way", "1", "3"),
    ]


def test_the_download_of_an_empty_changeset_is_empty_and_xml_only() -> None:
    assert (get("changeset/2/download").status, len(get("changeset/2/download").xml)) == (200, 0)
    response = get("changeset/1/download.json")
    message = "Acceptable formats for /api/0.6/changeset/1/download.json are: application/xml"
    assert (response.status, response.text, response.headers["Error"]) == (406, message, message)


def test_a_query_returns_the_newest_changesets_first_with_counts() -> None:
    assert ids("") == [3, 4, 2, 1]
    changeset = get("changesets?changesets=1").xml[0]
    assert {name: changeset.get(name) for name in attributes(changeset) if name.endswith("_count")} == {
        "comments_count": "2",
        "changes_count": "2",
        "created_count": "0",
        "modified_count": "0",
        "deleted_count": "0",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("order=oldest", [1, 2, 4, 3]),
        ("limit=1", [3]),
        ("limit=1&order=oldest", [1]),
        ("changesets=1,3,99,x", [3, 1]),
        ("user=1", [3, 1]),
        ("display_name=bob", [4]),
        ("open=true", [3]),
        ("open=", [3]),
        ("closed=true", [4, 2, 1]),
        ("bbox=8,46,10,47.05", [1]),
        ("bbox=8,46,10,49", [3, 1]),
        ("bbox=9.1,47.1,9.2,47.2", []),
        ("bbox=8,46,9.0,47", []),
        ("time=2020-02-16", [3, 4]),
        ("time=2020-01-01,2020-02-10", [2, 1]),
        ("time=2020-01-01T00:30:00Z,2020-01-01T00:45:00Z", [1]),
        ("from=2020-02-01", [3, 4, 2]),
        ("from=2020-02-01&to=2020-02-20", [4, 2]),
        ("to=2020-01-10", [3, 4, 2, 1]),
        ("user=1&open=1&bbox=8,46,10,49&from=2020-01-01", [3]),
    ],
)
def test_a_query_filters_changesets(query: str, found: list[int]) -> None:
    assert ids(query) == found


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("user=0", 400, "invalid user ID"),
        ("user=x", 400, "invalid user ID"),
        ("user=-1", 400, "invalid user ID"),
        ("user=77", 404, "Object not found"),
        ("display_name=nobody", 404, "Object not found"),
        ("display_name=%00", 404, "Object not found"),
        ("user=1&display_name=alice", 400, "provide either the user ID or display name, but not both"),
        ("changesets=", 400, "No changesets were given to search for"),
        ("order=oldest&time=2020-01-01", 400, "cannot use order=oldest with time"),
        ("limit=0", 400, "Changeset limit must be between 1 and 100"),
        ("limit=101", 400, "Changeset limit must be between 1 and 100"),
        ("time=2020-01-01,2020-01-02,2020-01-03", 400, "bad time range"),
        ("time=never", 400, 'no time information in "never"'),
        ("from=never", 400, "Date never is in a wrong format"),
        ("from=2020-01-01&to=never", 400, "Date never is in a wrong format"),
        ("bbox=1,2,3", 400, "The parameter bbox must be of the form min_lon,min_lat,max_lon,max_lat"),
        ("bbox=2,0,1,1", 400, "The minimum longitude must be less than the maximum longitude, but it wasn't"),
    ],
)
def test_an_invalid_query_is_refused(query: str, status: int, message: str) -> None:
    response = get("changesets?" + query)
    assert (response.status, response.text, response.headers["Error"]) == (status, message, message)


def test_the_changesets_of_a_private_user_are_not_found_by_name() -> None:
    User.objects.filter(display_name="alice").update(data_public=False)
    assert get("changesets?display_name=alice").status == 404
    assert ids("") == [3, 4, 2, 1]
    assert get("changesets?changesets=1").xml[0].get("user") is None


def test_full_changesets_are_closed_whatever_the_time() -> None:
    Changeset.objects.filter(id=3).update(num_changes=10_000)
    assert get("changeset/3").xml[0].get("open") == "true"
    Changeset.objects.filter(id=3).update(num_changes=10_001)
    assert get("changeset/3").xml[0].get("open") == "false"
    assert ids("open=1") == []


def test_the_statement_count_does_not_grow(django_assert_num_queries: "object") -> None:
    now = datetime(2021, 1, 1, tzinfo=UTC)
    alice = User.objects.get(display_name="alice")
    Changeset.objects.bulk_create(
        Changeset(id=n, user=alice, created_at=now, closed_at=now) for n in range(100, 190)
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(ids("")) == 94
