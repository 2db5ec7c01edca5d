"""Customers and levels in the Open Loyalty dialect; `urls.py` lists the routes."""
