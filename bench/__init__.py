"""Times reads of the API on one server, or on two side by side: `python -m bench --help`."""
