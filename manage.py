#!/usr/bin/env python
"""The command line of the site."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "destalin_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reading one setting reads them all
    except ImproperlyConfigured as refusal:
        # Whoever runs the site wants the sentence, not where in the code it was said.
        sys.exit(f"The site does not start. {refusal}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
