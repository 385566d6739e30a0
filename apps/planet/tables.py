"""The tables of each kind of element, as the importer writes them.

Columns are always named: the tables hold generated columns too, which nobody may write.
"""

from dataclasses import dataclass
from functools import cached_property

COMMON = ("id", "version", "visible", "changeset_id", "timestamp", "tags")


@dataclass(frozen=True, eq=False)
class Kind:
    """Current and superseded versions of one kind, and the temporary table of the staged import."""

    label: str
    body: tuple[str, ...]
    derived: tuple[str, ...] = ()
    """Columns of the current table only; they come last."""
    position: tuple[str, ...] = ()
    """The columns that say where it is."""
    lookup: str | None = None
    """The table that tells which visible elements of this kind use an element, ..."""
    lookup_columns: tuple[str, ...] = ()
    uses: str = ""
    """... and what fills its columns but the last, which is the id of the `element` that uses."""

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
        """Number of columns."""
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
"""What COPY writes into each table, in order."""
