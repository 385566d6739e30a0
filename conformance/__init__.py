"""Plays the cases of the API 0.6 against any server: `python -m conformance --help`."""
