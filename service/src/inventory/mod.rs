//! How many of each variant are where.
//!
//! Owns `inventory`: one row per variant and location (`idx_inventory_product_variant_id_location`), with three counters.
//!
//! | counter | means |
//! |---|---|
//! | available | on the shelf and free to sell |
//! | reserved | on the shelf and promised to a customer |
//! | incoming | ordered from a supplier and not here yet |
//!
//! What is on hand is available plus reserved. Every operation is a movement between these counters:
//!
//! | operation | available | reserved | incoming |
//! |---|---|---|---|
//! | [`set_counts`] | becomes counted − reserved | | |
//! | [`adjust`] | ± n | | ± n |
//! | [`receive`] | + n | | − n |
//! | [`reserve`] | − n | + n | |
//! | [`release`] | + n | − n | |
//! | [`ship`] | | − n | |
//! | [`transfer`] | − n here, + n there | | |
//!
//! Nothing goes below zero: the CHECKs `chk_inventory_quantity_available`, `…_reserved` and `…_incoming` say so, and an operation
//! refuses before they have to, with every line that is short and by how much. A batch is taken as a whole: lines for the same
//! variant and location are added up before anything is checked, all of them move or none does, and rows are locked in the
//! order of variant and location, so that two batches never wait for each other in a circle.
//!
//! Every movement carries an id that the caller made, and happens once: sent again, it returns the first outcome, and the same id
//! with other content is a [`StockError::Conflict`]. It is remembered as an event of that id in `system_events`, of a type such as
//! `stock.reserved`, with the command and its outcome as details, until that month of events is dropped.
//!
//! A variant without a row at a location has none there. [`adjust`], [`set_counts`], [`set_reorder_rules`] and the receiving end
//! of [`transfer`] make the row; the others find nothing and say so.

mod adjust;
mod count;
mod journal;
mod level;
mod line;
mod low_stock;
pub(crate) mod movement;
mod portable;
mod postgres;
mod reorder;
mod reorder_suggestions;
pub(crate) mod row;
mod transfer;

pub use adjust::{Adjust, AdjustLine, adjust};
pub use count::{Count, SetCounts, set_counts};
pub use level::{Counter, MAIN, Moved, Shortage, StockError, StockLevel};
pub use line::{Receive, Release, Reserve, Ship, StockLine, receive, release, reserve, ship};
pub use low_stock::{ListLowStock, LowStock, low_stock};
pub use reorder::{ReorderRule, SetReorderRules, set_reorder_rules};
pub use reorder_suggestions::{ReorderSuggestion, SuggestReorders, suggest_reorders};
pub use transfer::{Transfer, TransferLine, transfer};
