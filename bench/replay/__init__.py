"""Replays the changes between two extracts as uploads of several users: `python -m bench.replay --help`."""
