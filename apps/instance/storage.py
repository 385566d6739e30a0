"""Storage of the static files that the web server sends."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

VERSIONED = ("vendor/npm/", "style/")
"""URLs that begin so contain the version of the package, or a digest of the folder."""


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Adds a digest of the content to the names of our files, so that browsers can cache them forever.

    Packages with their version in the URL keep their names, because their own code refers to them; so do the styles of
    the map and the map library (`style/build.js`).
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        ours = {path: source for path, source in paths.items() if not path.startswith(VERSIONED)}
        yield from super().post_process(ours, dry_run=dry_run, **options)
        if not dry_run:
            for path, compressed in self.compress_files(paths.keys() - ours.keys()):
                yield path, compressed, True
