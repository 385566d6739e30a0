"""Keeps the known words in step with the features, in the transaction that writes these."""

from collections.abc import Sequence

from . import spelling


def on_features_changed(words: Sequence[str], **_: object) -> None:
    if words:
        spelling.add(words)


def on_features_rebuilt(**_: object) -> None:
    spelling.count_all()
