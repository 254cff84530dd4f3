//! Reports: what is told about KPIs, to which agents, and whether it was sent.
//!
//! Who gets a report is a JSON list of agents' ids. They exist when the report is stored; an agent that goes later stays on the
//! list, as on that of a letter.

mod build;
mod error;
mod list;
mod send;
mod store;

pub use build::{BuildReport, ReportSeries, build};
pub use error::ReportError;
pub use list::{ListReports, ReportKey, ReportsFor, find_by_recipient, get, list};
pub use send::{MarkSent, SentReport, mark_sent};
pub use store::{StoreReport, StoredReport, store};
