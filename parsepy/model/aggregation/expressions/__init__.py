"""Expressions of aggregations, compiled to functions of a scope: one module for each kind of values."""
