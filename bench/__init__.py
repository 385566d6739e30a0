"""Times the reads of the API against any base URL, or two side by side: `python -m bench --help`."""
