//! Agents, what they can do and whom they may ask.
