"""The scenarios, one module per group of contract sections."""
