"""The wallet's endpoints in the Open Loyalty dialect: points transfers, their histogram, the customer's status."""
