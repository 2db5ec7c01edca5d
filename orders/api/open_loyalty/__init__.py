"""Transactions of the Open Loyalty dialect: routes, forms, records, XML files."""
