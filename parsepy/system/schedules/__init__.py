"""Jobs that run by themselves: their schedules, and the scheduler that starts each run in one process only."""
