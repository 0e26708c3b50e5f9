"""The class-agnostic engine: finding, saving, deleting, permissions, schemas."""
