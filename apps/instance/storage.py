"""How static files are kept for the web server."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

VERSIONED = "vendor/npm/"
"""Under here an address holds the package's version."""


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Gives our files names with a digest of their content, so that browsers keep them for good.

    Packages whose address holds their version keep their names, by which their own code asks for them.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, Any]]:
        ours = {path: source for path, source in paths.items() if not path.startswith(VERSIONED)}
        yield from super().post_process(ours, dry_run=dry_run, **options)
        if not dry_run:
            for path, compressed in self.compress_files(paths.keys() - ours.keys()):
                yield path, compressed, True
