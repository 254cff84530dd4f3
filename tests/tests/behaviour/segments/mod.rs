//! Segments and their members.
