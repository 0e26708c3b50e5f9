"""How often something was done, counted in windows of time."""
