"""The one clock of the site.

Every rule that needs the time is told it; whoever tells asks here, so that a test moves one hand.
"""

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()
