"""After any edits, features, tiles and search answers are those of a rebuild.

OSMSITE_RANDOM_EDITS sets how many edits are made (60 by default, always the same ones; 1,000 random ones take six
minutes).
"""

import os
import sys
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from apps.changesets import actions
from apps.elements.upload import upload
from apps.features.rebuild import rebuild
from apps.features.update import update
from apps.geocoding.reading import Box
from apps.geocoding.search import Wish, search
from apps.moderation.actions import create_redaction, redact
from apps.osm.errors import OsmError
from apps.osm.osmchange import Limits
from apps.tiles import cache
from apps.tiles.cache import packed_tile, refresh_stale
from apps.tiles.models import CachedTile
from apps.tiles.rendering import render
from apps.tiles.subjects import Tile
from apps.users.models import User
from tests import worlds
from tests.tiles.conftest import tile_at

from . import random_edits
from .conftest import features
from .random_edits import Change, current, document
from .test_update import EVERYTHING

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EDITS = int(os.environ.get("OSMSITE_RANDOM_EDITS", "60"))
STEPS = 30
"""Edits, looks at the map and comparisons of one example."""
LIMITS = Limits(1000, 1000)
QUERIES = [
    *("Dorf", "dorfstr", "Dorfstrasse 3", "Dorfstrasse 3, Dorf", "Landstrasse Oberstadt", "va", "ob"),
    *("Backerei", "Bäkerei", "Apotheke", "pharmacy in Dorf", "Bergland", "Rhein", "9001", "Weiher", "Wald"),
]
VIEW: Box = (2_260_000_000, 1_500_000_000, 2_263_000_000, 1_503_000_000)

sources = st.randoms(use_true_random=False)
accepted = 0


def answers() -> dict[str, list[Any]]:
    """Return what each query finds, every second one with a map."""
    return {
        query: [
            (result.thing, result.display_name, round(result.score, 6))
            for result in search(query, Wish(languages=["de"], view=VIEW if number % 2 else None))
        ]
        for number, query in enumerate(QUERIES)
    }


class Country(RuleBasedStateMachine):
    """People edit, look at the map and search; the worker follows now and then."""

    alice: User
    moderator: User

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        worlds.load(random_edits.WORLD)
        assert update()
        self.changeset = actions.open_changeset(self.alice, tags={}).pk
        self.redaction = create_redaction(self.moderator, title="Copied").pk
        self.is_followed = True

    def teardown(self) -> None:
        try:
            # Of a failure that has been found already, this shows nothing new.
            if sys.exc_info()[0] is None:
                self.follow()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def edit(self, changes: list[Change]) -> None:
        global accepted  # noqa: PLW0603
        if not changes:
            return
        body = document(changes, self.changeset)
        note(body.decode())
        try:
            upload(self.alice, changeset_id=self.changeset, document=body, limits=LIMITS)
        except OsmError as error:
            note(f"refused: {error}")
            return
        accepted += 1
        self.is_followed = False

    @rule(source=sources)
    def move_a_node(self, source: Random) -> None:
        self.edit(random_edits.moved_node(source, current()))

    @rule(source=sources)
    def change_a_line(self, source: Random) -> None:
        self.edit(random_edits.changed_line(source, current()))

    @rule(source=sources)
    def split_a_way(self, source: Random) -> None:
        self.edit(random_edits.split_way(source, current()))

    @rule(source=sources)
    def swap_members(self, source: Random) -> None:
        self.edit(random_edits.swapped_members(source, current()))

    @rule(source=sources)
    def change_tags(self, source: Random) -> None:
        self.edit(random_edits.changed_tags(source, current()))

    @rule(source=sources)
    def create(self, source: Random) -> None:
        self.edit(random_edits.created(source, current()))

    @rule(source=sources)
    def delete(self, source: Random) -> None:
        self.edit(random_edits.deleted(source, current()))

    @rule(source=sources)
    def revert(self, source: Random) -> None:
        self.edit(random_edits.reverted(source, current()))

    @rule(source=sources)
    def upload_several(self, source: Random) -> None:
        self.edit(random_edits.upload_of_several(source, current()))

    @rule(source=sources)
    def redact(self, source: Random) -> None:
        if versions := random_edits.superseded():
            version = source.choice(versions)
            redact(self.moderator, ref=version.ref, version=version.version, redaction_id=self.redaction)

    @rule(source=sources)
    def look_at_the_map(self, source: Random) -> None:
        for z in source.sample(range(15), 3):
            _, x, y = tile_at(source.uniform(9.4, 9.6), source.uniform(47.08, 47.16), z)
            for column in {max(x - 1, 0), x, min(x + 1, (1 << z) - 1)}:
                packed_tile(Tile(z, column, y))

    @precondition(lambda self: not self.is_followed)
    @rule()
    def follow(self) -> None:
        """Let the worker do its work, and compare with a rebuild, which is undone."""
        assert update()
        refresh_stale()
        self.is_followed = True
        for tile in [Tile(*row) for row in CachedTile.objects.values_list("z", "x", "y")]:
            assert packed_tile(tile) == cache._pack(render(tile)), tile
        made, found = features(EVERYTHING), answers()
        with transaction.atomic():
            rebuild()
            again = features(EVERYTHING)
            assert made.keys() == again.keys()
            for element, values in again.items():
                assert made[element] == values, element
            for query, results in answers().items():
                different = [pair for pair in zip(found[query], results, strict=True) if pair[0] != pair[1]]
                assert different == [], query
            transaction.set_rollback(True)


def test_after_random_edits_everything_is_as_after_a_rebuild(alice: User, moderator: User) -> None:
    global accepted  # noqa: PLW0603
    accepted = 0
    Country.alice, Country.moderator = alice, moderator
    is_large = "OSMSITE_RANDOM_EDITS" in os.environ
    while accepted < EDITS:
        run_state_machine_as_test(
            Country,
            settings=settings(
                max_examples=max(2, (EDITS - accepted) // STEPS),
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                derandomize=not is_large,
                suppress_health_check=list(HealthCheck),
            ),
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM features")
        assert cursor.fetchone() == (0,)
    sys.stdout.write(f"{accepted} edits were accepted\n")
