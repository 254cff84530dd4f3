//! Customers and every contact with them.
