"""The REST routes, one module a resource, free of HTTP libraries."""
