//! Events and configurations.

mod configurations;
mod configurations_races;
mod configurations_written;
mod event_lists;
mod events;
mod plans;
mod statements;
