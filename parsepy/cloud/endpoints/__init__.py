"""HTTP endpoints of cloud code: where they stand, what they are given and answer, and who signed it."""
