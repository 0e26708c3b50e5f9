"""The tables of classes in PostgreSQL: their columns, rows and indexes, and the catalogue that lists them."""
