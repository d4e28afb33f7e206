"""Tables, sessions, migrations and queries: the only SQL of the project."""
