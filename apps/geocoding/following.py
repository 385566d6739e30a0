"""Keeps the known words in step with the features, in the transaction that writes these."""

from collections.abc import Sequence

from . import spelling


def on_features_changed(names: Sequence[str], **_: object) -> None:
    if names:
        spelling.add(names)


def on_features_rebuilt(**_: object) -> None:
    spelling.count_all()
