"""What the API says of its own calls, as OpenAPI 3.1: one module a noun, put together in `document.py`."""
