"""A run of all checks, and the report it makes."""
