"""What people say of works, kept in a database, and what is learned from it."""
