"""The known classes of an app: what they are, how old that knowledge is, and how it stays true."""

from parsepy.core.schemas.registry import SchemaRegistry, added, existing_class, fits, mismatch, missing_class

__all__ = ["SchemaRegistry", "added", "existing_class", "fits", "mismatch", "missing_class"]
