"""Apps import only downwards, and never in a circle."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

# What stands in one line does not import each other.
LAYERS = [
    {"osm"},
    {"instance", "text"},
    {"notifications"},
    {"users"},
    {"oauth"},
    {"changesets"},
    {"elements"},
    {"journal"},
    {"features"},
    {"planet", "notes", "traces", "diary", "messaging", "geocoding"},
    {"moderation"},
    {"api06", "web", "tiles"},
]
LEVEL = {app: level for level, apps in enumerate(LAYERS) for app in apps}

SURFACES = {"api06", "web", "tiles"}
HTTP = (
    *("http", "django.http", "django.shortcuts", "django.forms", "django.urls", "django.views"),
    *("django.middleware", "django.contrib.sessions", "csp", "rest_framework"),
)
"""What only surfaces import: a domain app knows nothing about HTTP."""
EXCEPTIONS = {
    # The instance runs a web server, and asks it whether it responds.
    ("apps.instance.up", "http"),
    ("apps.instance.gateway", "http"),
    # A Nominatim elsewhere is asked over HTTP, whose errors are in that module.
    ("apps.geocoding.outside", "http"),
    # Sessions are stored with their user, and the editor's token ends with its session.
    ("apps.users.sessions", "django.contrib.sessions"),
    ("apps.users.models", "django.contrib.sessions"),
    ("apps.oauth.actions", "django.contrib.sessions"),
}
"""The modules that may import one of these all the same."""

# The wiring sees everything, and is seen by nobody; but the settings ask where the embedded services are.
WIRING = "osmsite"


def modules() -> dict[str, Path]:
    """The project's modules by their dotted names, tests and migrations left out."""
    found = {}
    for folder in ("apps", WIRING):
        for path in (PROJECT / folder).rglob("*.py"):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            if "migrations" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(module: str, path: Path) -> set[str]:
    """Return the dotted names that a module imports, at its top or inside of functions."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(part for part in (parent, node.module or "") if part)
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


def is_upward(module: str, imported: str) -> bool:
    """Return whether a module may not import another."""
    importer, target = module.split("."), imported.split(".")
    if target[0] == WIRING:
        return importer[0] != WIRING
    if importer[0] == WIRING or target[0] != "apps" or len(target) < 2 or importer[1] == target[1]:
        return False
    return LEVEL[target[1]] >= LEVEL[importer[1]]


def test_every_app_has_its_layer() -> None:
    apps = {path.name for path in (PROJECT / "apps").iterdir() if (path / "__init__.py").exists()}
    assert apps <= set(LEVEL)


def test_nothing_imports_upwards() -> None:
    upward = [
        f"{module} imports {imported}"
        for module, path in modules().items()
        for imported in sorted(imports(module, path))
        if is_upward(module, imported)
    ]
    assert upward == []


def knows_http(module: str, imported: str) -> bool:
    """Return whether a domain module imports something that only surfaces may."""
    app = module.split(".")[1] if module.startswith("apps.") else WIRING
    if app in {*SURFACES, WIRING}:
        return False
    return any(
        imported == name or imported.startswith(f"{name}.")
        for name in HTTP
        if (module, name) not in EXCEPTIONS
    )


def test_the_domain_does_not_import_http_code() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module, path in modules().items()
        for imported in sorted(imports(module, path))
        if knows_http(module, imported)
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = modules()
    edges = {
        module: {name for name in imports(module, path) if name in known and name != module}
        for module, path in known.items()
    }
    done: set[str] = set()

    def circle(module: str, trail: tuple[str, ...]) -> tuple[str, ...] | None:
        if module in trail:
            return (*trail[trail.index(module) :], module)
        if module in done:
            return None
        for imported in sorted(edges[module]):
            found = circle(imported, (*trail, module))
            if found:
                return found
        done.add(module)
        return None

    assert [found for module in sorted(edges) if (found := circle(module, ()))] == []


def test_the_rule_sees_an_upward_import() -> None:
    assert is_upward("apps.users.models", "apps.oauth.models")
    assert is_upward("apps.notes.models", "apps.diary.models")
    assert is_upward("apps.osm.bbox", "osmsite.settings")
    assert not is_upward("apps.oauth.models", "apps.users.models")
    assert not is_upward("apps.users.actions", "apps.users.models")
    assert not is_upward("osmsite.settings", "apps.instance.embedded")
    assert is_upward("apps.web.access", "apps.api06.permissions")
    assert is_upward("apps.api06.views.notes", "apps.web.parameters")
    assert is_upward("apps.notes.actions", "apps.web.errors")


def test_the_rule_sees_http_in_the_domain() -> None:
    assert knows_http("apps.users.actions", "django.http.request")
    assert knows_http("apps.osm.bbox", "rest_framework")
    assert knows_http("apps.notes.actions", "http.HTTPStatus")
    assert knows_http("apps.notes.actions", "django.views.decorators.http")
    assert knows_http("apps.oauth.tokens", "django.contrib.sessions.models")
    assert not knows_http("apps.users.sessions", "django.contrib.sessions.backends")
    assert not knows_http("apps.web.access", "django.http")
    assert not knows_http("apps.users.models", "django.db")
