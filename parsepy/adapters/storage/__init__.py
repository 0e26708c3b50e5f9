"""Where objects live: the port and its stores."""
