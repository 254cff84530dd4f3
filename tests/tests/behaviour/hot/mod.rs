//! What the hot operations promise of their plans, and what is slow.

mod commands;
mod contracts;
mod slow;
mod trials;
