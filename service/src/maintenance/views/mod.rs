//! The materialized views: refreshing them, and how far behind they are.
//!
//! On PostgreSQL `agent_performance`, `customer_lifetime_value` and `product_performance` show the shop as of their last
//! [`refresh()`]; on SQLite they are computed on every read, and the same calls answer that they are always fresh.
//!
//! **Readers never block**: a view that has data is refreshed CONCURRENTLY, which lets everybody read what was there before until
//! the new rows are committed. Only a view without data, as after a restore that left the data out, is filled plainly: whoever reads
//! it then waits for the rows instead of being refused.
//!
//! **Never twice at once**: whoever refreshes a view holds an advisory lock of that view's, on the session and for the transaction
//! that refreshes, so it is free again however that ends. A second caller waits or leaves, as asked.
//!
//! **All or nothing**: the new rows, the record of when and how long (the configuration `maintenance.views.<view>`) and the event
//! `maintenance.view_refreshed` are one transaction. A refresh that is killed leaves the view and the record of the one before.
//!
//! **How stale** a view is comes from the server's own counters of changed rows, in every table that the view reads and every
//! partition of it, against the same counters at the last refresh. That costs writers nothing, and is an upper bound: rows
//! that changed and then were rolled back, or that the view leaves out, count as well. What has not been reported yet is
//! missing for a moment: a session reports when it is idle, at the latest ten seconds after. TRUNCATE is not counted. Counters that
//! were reset, also by a crash of the server, and a partition that has gone make the number unknown until the next refresh.
//!
//! Some columns count from today (`days_since_last_order`, `days_of_stock_left`), so a view also grows old without a change: when
//! the day turns, in UTC.
//!
//! Only the owner of a view may refresh it.

mod changes;
mod postgres;
mod record;
mod refresh;
mod status;
mod view;

pub use changes::{Changes, Unknown};
pub use record::{RefreshRecord, Way};
pub(crate) use refresh::refresh_within;
pub use refresh::{IfBusy, Refresh, RefreshError, RefreshOutcome, ViewRefresh, refresh};
pub use status::{ViewState, ViewStatus, status};
pub use view::{UnknownView, View};
