"""Many clients change the same few elements at once: `python -m bench.storm --help`."""
