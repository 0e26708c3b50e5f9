"""HTTP endpoints of cloud code: finding them, running them, and what their results become."""
