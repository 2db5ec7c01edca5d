"""The portal's pages about points: give some to a friend, use a voucher, read a statement.

The frame, the forms and the words for refusals are `customers.portal`'s.
"""
