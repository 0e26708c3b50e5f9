"""The official dashboard in a real browser, used as a person uses it."""
