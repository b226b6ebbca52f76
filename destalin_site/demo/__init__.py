"""The demo: a class to look at, made the way that classes are made. Only `manage.py load_demo` makes it."""
