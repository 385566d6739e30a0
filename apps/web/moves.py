"""Permanent redirects from former URLs to current ones."""

from functools import partial

from django.views.generic import RedirectView

moved = partial(RedirectView.as_view, permanent=True, query_string=True, http_method_names=["get", "head"])
"""Return a view that redirects to a `url` or `pattern_name` and keeps the query string."""
