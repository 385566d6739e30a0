"""Replays the changes between two extracts as uploads by several users: `python -m bench.replay --help`."""
