"""The curators' desk: what we add to Wagtail's own screens under /cms/."""
