"""When something is due: times of a cron expression, intervals, single moments. Arithmetic only, in UTC and milliseconds."""
