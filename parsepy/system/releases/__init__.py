"""Releases of cloud code: kept in the database, checked by a server, and put into use by all servers together."""
