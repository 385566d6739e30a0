"""The vocabulary of OpenStreetMap in plain Python: no Django, no database, no HTTP."""
