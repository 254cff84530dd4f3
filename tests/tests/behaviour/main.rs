//! What the data layer promises, on PostgreSQL and on SQLite.
