"""Earning rules in the Open Loyalty dialect: `forms` reads them, `records` writes them, `views` has the routes."""
