//! A made-up shop of any size: data for plans, demonstrations and measurements.
//!
//! All 29 tables are filled as the operations would have left them after months of trade, by a single order too. Orders follow the
//! week, the year, the growth of the shop and Black Friday; what was paid, refunded, sent and reserved agrees to the cent and to the
//! piece; credit adds up to 100.00 percent; budgets have spent what the books say; open is only what is young, and nothing happens
//! after the last day. Every name is invented, every address ends in a domain that belongs to nobody (`example.com`), and every number
//! begins with 555.
//!
//! Budgets, expenses and targets grow with the orders: of the revenue a seventh goes into campaigns, and a quarter is left.
//!
//! Scheduled workflows run at the times of their schedules, those by hand in office hours, and the others after what sets them off:
//! kept are the executions of taking in and sending every thirtieth order, of every third that came back or was asked about by mail,
//! and those of a trade enquiry for every hundred orders.
//!
//! Agents do what their names say: by the words in them (`Support`, `Budget`), or in the name of whoever stands above; where names say
//! nothing, by their place in the organisation.
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
mod duties;
mod figures;
mod fill;
mod goals;
mod kpis;
mod months;
mod orders;
mod organisation;
mod people;
mod plans;
mod rows;
mod scale;
mod settle;
mod shop;
mod staff;
mod system;
mod teams;
mod triggers;
mod work;
mod write;

pub use command::{MissingRight, Progress, Seed, SeedError, Seeded, Upkeep};
pub use fill::seed;
