//! The migrator: one at a time, whole migrations only, the same catalogue after every detour, and messages that help.

mod addresses;
mod destruction;
mod generation;
mod killed;
mod linted;
mod locks;
mod program;
mod refusals;
mod reversible;
mod secrets;
mod snapshot;
mod together;
