"""Staff screens of the ground floor: shops, people, access, logs."""

from loyalty.admin import access, imports, records, shops

__all__ = ["access", "imports", "records", "shops"]
