"""The site's own settings, with the floors and the naive equivalents beside its addresses."""

from destalin_site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
