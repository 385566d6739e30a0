"""Many clients upload to the same few elements: `python -m bench.storm --help`."""
