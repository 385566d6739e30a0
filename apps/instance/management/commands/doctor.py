"""`manage.py doctor`: tells what is wrong with this instance, and what to do about it."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.instance.commands import InstanceCommand
from apps.instance.diagnosis import Finding, findings


class Command(InstanceCommand):
    help = _("Check the configuration, the services, pending migrations, sequences and free disk space.")
    migrates = False

    def run(self, **_options: Any) -> None:
        found = list(findings())
        width = max(len(finding.what) for finding in found)
        for finding in found:
            self.stdout.write(f"{self._mark(finding)}  {finding.what:<{width}}  {finding.value}")
            if finding.advice:
                self.stdout.write(f"{'':9}{'':{width}}-> {finding.advice}")
        wrong = sum(finding.is_error for finding in found)
        if wrong:
            message = ngettext("%(count)d thing is wrong", "%(count)d things are wrong", wrong)
            raise CommandError(message % {"count": wrong})

    def _mark(self, finding: Finding) -> str:
        if finding.is_error:
            return self.style.ERROR("wrong")
        return self.style.WARNING("look ") if finding.advice else self.style.SUCCESS("ok   ")
