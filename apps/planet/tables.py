"""The tables of each kind of element, as the importer writes them.

Statements always name their columns: the order of columns in a table depends on its migrations.
"""

from dataclasses import dataclass
from functools import cached_property

COMMON = ("id", "version", "visible", "changeset_id", "timestamp", "tags")


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of element, with the tables of its current, old and staged versions."""

    label: str
    body: tuple[str, ...]
    derived: tuple[str, ...] = ()
    """Columns of the current table only; they come last."""
    position: tuple[str, ...] = ()
    """The columns of its position."""
    lookup: str | None = None
    """The table that says which visible elements of this kind use an element."""
    lookup_columns: tuple[str, ...] = ()
    uses: str = ""
    """SQL that yields all columns of the lookup but the last, which is the id of the using `element`."""

    @cached_property
    def current(self) -> str:
        return f"{self.label}s"

    @cached_property
    def old(self) -> str:
        return f"old_{self.label}s"

    @cached_property
    def staged(self) -> str:
        return f"staged_{self.label}s"

    @cached_property
    def old_columns(self) -> tuple[str, ...]:
        return COMMON + self.body

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return COMMON + self.body + self.derived

    @cached_property
    def width(self) -> int:
        """Return the number of columns of the current table."""
        return len(self.columns)


NODE = Kind("node", ("lat", "lon"), ("tile",), ("lat", "lon"))
WAY = Kind(
    "way",
    ("nodes",),
    lookup="way_nodes",
    lookup_columns=("node_id", "way_id"),
    uses="unnest(element.nodes)",
)
RELATION = Kind(
    "relation",
    ("member_types", "member_refs", "member_roles"),
    lookup="relation_members",
    lookup_columns=("member_type", "member_id", "relation_id"),
    uses="unnest(element.member_types, element.member_refs)",
)
KINDS = (NODE, WAY, RELATION)

COLUMNS = {
    **{kind.current: kind.columns for kind in KINDS},
    **{kind.old: kind.old_columns for kind in KINDS},
    **{kind.staged: kind.columns for kind in KINDS},
    **{kind.lookup: kind.lookup_columns for kind in KINDS if kind.lookup},
    "staged_owners": ("changeset_id", "user_id"),
    "staged_changesets": ("document",),
    "staged_names": ("user_id", "display_name", "timestamp"),
}
"""The columns that COPY writes into each table, in order."""
