//! The entities say what the schema says.

mod closed_sets;
mod command;
mod diagram;
mod generation;
mod ids;
mod links;
mod readme;
mod regeneration;
mod relations;
mod rows;
mod views;
