//! A made-up shop of any size: data for plans, demonstrations and measurements.
//!
//! All 29 tables are filled as the operations would have left them after months of trade. Orders follow the week, the year, the
//! growth of the shop and Black Friday; what was paid, refunded, sent and reserved agrees to the cent and to the piece; credit adds
//! up to 100.00 percent; budgets have spent what the books say; open is only what is young. Every name is invented, every address
//! ends in a domain that belongs to nobody (`example.com`), and every number begins with 555.
//!
//! The same command makes the same rows, ids included, on both engines and on every machine: whatever is made up of a row depends
//! on the seed and on the row's number alone, never on a clock. That is also why memory does not grow with the number of orders:
//! an old customer is made up again when he orders again. The one difference: SQLite counts the shop's own order numbers in a
//! configuration, so it has one row more.

mod audiences;
mod books;
mod calendar;
mod campaigns;
mod catalogue;
mod command;
mod dice;
mod figures;
mod fill;
mod months;
mod orders;
mod organisation;
mod people;
mod plans;
mod rows;
mod settle;
mod shop;
mod system;
mod work;
mod write;

pub use command::{MissingRight, Progress, Seed, SeedError, Seeded, Upkeep};
pub use fill::seed;
