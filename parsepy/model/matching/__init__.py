"""Conditions compiled to functions, by family: values, places and texts. `parsepy.model.match` puts them together."""
