"""The application that the web server runs."""

from osmsite.wsgi import application as wsgi  # isort: skip (sets Django up)

from django.conf import settings

from apps.instance.gateway import Gateway

_LARGEST = max(settings.MAX_UPLOAD_SIZE, settings.MAX_TRACE_UPLOAD_SIZE)
_FIRST = ["/api/0.6/changesets?limit=1", "/"]
# Each thread has a database session: workers x threads must stay below max_connections. More than a few threads would
# only wait for the interpreter lock, and each large response in progress costs memory.
application = Gateway(wsgi, threads=4, largest=_LARGEST, first=_FIRST)
