"""The staff cockpit: one admin site on django-unfold, and what every app's `admin.py` builds on.

The site knows no app above this floor. Pages that show several apps' facts are put together in templates from the
apps' own template tags; the command palette asks every registered admin class that can find things.
"""
