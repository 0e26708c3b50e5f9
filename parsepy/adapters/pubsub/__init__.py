"""Where processes tell each other what happened."""
