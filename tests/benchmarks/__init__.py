"""Measurements, run by hand against a seeded database; docs/performance.md has what they told."""
