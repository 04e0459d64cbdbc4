"""What people said of works: the store, its schema and migrations, and the taste learned from it."""
