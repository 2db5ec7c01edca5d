"""The demo programme: a store with levels, rules and people, and a year of real purchases that ended yesterday.

Everything is made through the capabilities that staff and partners use, and everything may be made twice.
"""
