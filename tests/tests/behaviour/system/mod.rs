//! Events and configurations.

mod configurations;
mod configurations_races;
mod event_lists;
mod events;
mod plans;
mod statements;
