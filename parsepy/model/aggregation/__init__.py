"""Aggregations as MongoDB defines them: pipelines in the words of clients mapped to it, and evaluated without it."""
