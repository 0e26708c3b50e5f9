"""Built-in classes and use-cases: users, sessions, roles, files, functions, config."""
