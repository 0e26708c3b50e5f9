"""Conditions compiled to PostgreSQL, by family; `parsepy.adapters.storage.postgres.where` puts them together."""
