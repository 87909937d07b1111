"""The only code that touches files or a database."""
