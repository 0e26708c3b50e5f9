"""Live queries: who follows which objects, and what each follower is told of a change."""
