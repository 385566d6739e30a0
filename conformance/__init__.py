"""Test cases for API 0.6 that can be played against any server: `python -m conformance --help`."""
