//! Goals and what works towards them.
