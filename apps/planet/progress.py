"""Progress of the import on standard error."""

import time

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

_REDRAW_SECONDS = 0.2
_LINE_SECONDS = 10.0
_BAR_WIDTH = 30


class Progress:
    """A bar with rate and remaining time, redrawn in place on a terminal; elsewhere a line every ten seconds."""

    def __init__(self, stream: OutputWrapper, name: str) -> None:
        self._stream = stream
        self._name = name
        self._terminal = stream.isatty()
        self._start = self._shown = time.monotonic()

    def update(self, elements: int, fraction: float | None) -> None:
        """Show how many elements and what fraction (0 to 1, None if unknown) of the file have been read."""
        now = time.monotonic()
        if now - self._shown < (_REDRAW_SECONDS if self._terminal else _LINE_SECONDS):
            return
        self._shown = now
        seconds = now - self._start
        text = _("%(elements)s elements, %(rate)s per second") % {
            "elements": f"{elements:,}",
            "rate": f"{elements / seconds:,.0f}",
        }
        if fraction:
            remaining = seconds * (1 - fraction) / fraction
            text += ", " + _("%(time)s left") % {"time": f"{remaining // 60:.0f}:{remaining % 60:02.0f}"}
            filled = round(fraction * _BAR_WIDTH)
            text = f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {fraction:4.0%} {text}"
        self._show(f"{self._name}: {text}")

    def step(self, text: str) -> None:
        """Show which step follows now that the file has been read."""
        self._show(f"{self._name}: {text}")

    def done(self) -> None:
        """Clear the bar."""
        if self._terminal:
            self._write("\r\x1b[K")

    def _show(self, text: str) -> None:
        self._write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text, style_func=str, ending="")
        self._stream.flush()
