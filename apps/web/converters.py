"""Display names in URLs."""

from apps.users.paths import name_in, segment_of


class DisplayName:
    """A display name as one segment of a path. `.` and `..` must be escaped: browsers would change the path."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        if value in {".", ".."}:
            raise ValueError(value)
        return name_in(value)

    def to_url(self, value: str) -> str:
        return segment_of(value)
