from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings

from apps.users.models import User

from .client import attributes, call, get


def test_the_versions_are_listed() -> None:
    response = call("GET", "/api/versions")
    assert response.xml.get("version") is None
    assert response.xml.findtext("api/version") == "0.6"
    assert call("GET", "/api/versions.json").json["api"] == {"versions": ["0.6"]}


@pytest.mark.parametrize("path", ["/api/capabilities", "/api/0.6/capabilities"])
def test_the_capabilities_are_listed(path: str) -> None:
    api = call("GET", path).xml.find("api")
    assert api is not None
    assert [(child.tag, attributes(child)) for child in api] == [
        ("version", {"minimum": "0.6", "maximum": "0.6"}),
        ("area", {"maximum": "0.25"}),
        ("note_area", {"maximum": "25"}),
        ("tracepoints", {"per_page": "5000"}),
        ("waynodes", {"maximum": "2000"}),
        ("relationmembers", {"maximum": "32000"}),
        (
            "changesets",
            {"maximum_elements": "10000", "default_query_limit": "100", "maximum_query_limit": "100"},
        ),
        ("notes", {"default_query_limit": "100", "maximum_query_limit": "10000"}),
        ("timeout", {"seconds": "300"}),
        ("status", {"database": "online", "api": "online", "gpx": "online"}),
    ]
    json = call("GET", path + ".json").json
    assert json["api"]["waynodes"] == {"maximum": 2000}
    assert json["policy"] == {"imagery": {"blacklist": []}}


def test_the_capabilities_reflect_the_settings(settings: Settings) -> None:
    settings.MAX_REQUEST_AREA = 0.5
    settings.MAX_NUMBER_OF_WAY_NODES = 100
    settings.IMAGERY_BLACKLIST = [r".*\.example\.(com|org)/.*"]
    response = get("capabilities")
    assert response.xml.find("api/area").get("maximum") == "0.5"  # type: ignore[union-attr]
    assert response.xml.find("api/waynodes").get("maximum") == "100"  # type: ignore[union-attr]
    assert response.xml.find("policy/imagery/blacklist").get("regex") == r".*\.example\.(com|org)/.*"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "database", "api", "gpx"),
    [
        ("online", "online", "online", "online"),
        ("api_readonly", "online", "readonly", "online"),
        ("api_offline", "online", "offline", "online"),
        ("database_readonly", "readonly", "readonly", "readonly"),
        ("database_offline", "offline", "offline", "offline"),
        ("gpx_offline", "online", "online", "offline"),
    ],
)
@pytest.mark.django_db
def test_the_capabilities_report_the_service_status(
    settings: Settings, status: str, database: str, api: str, gpx: str
) -> None:
    settings.STATUS = status
    assert get("capabilities.json").json["api"]["status"] == {"database": database, "api": api, "gpx": gpx}
    assert call("GET", "/api/versions").status == 200
    response = get("node/1")
    if api == "offline":
        assert (response.status, response.text) == (503, "Database offline for maintenance")
    else:
        assert response.status == 404


@pytest.mark.django_db
def test_anonymous_users_have_no_permissions() -> None:
    assert get("permissions").xml.findall("permissions/*") == []
    assert get("permissions.json").json["permissions"] == []


def test_permissions_are_the_scopes_of_the_token(alice: User) -> None:
    AccessToken.objects.create(
        user=alice, token="secret", scope="read_prefs write_api", expires=timezone.now() + timedelta(days=1)
    )
    response = get("permissions.json", Authorization="Bearer secret")
    assert response.json["permissions"] == ["allow_read_prefs", "allow_write_api"]
    assert get("permissions.json?access_token=secret").json["permissions"] == []
    assert get("permissions.json", Authorization="Bearer other").json["permissions"] == []
