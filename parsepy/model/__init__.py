"""Parse values, queries, operations and schemas as plain data: no I/O, no clock, no database."""
