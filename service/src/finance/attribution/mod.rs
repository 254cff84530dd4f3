//! Who is credited with revenue.
//!
//! A transaction of type revenue is attributed once, by one model, over the touches that led to it; the shares of its agents
//! and campaigns add up to exactly 100.00 percent, and their amounts to the cent to the transaction's. A refund takes the
//! credit back: it carries the shares of the payments it refunds, and reports and `agent_performance` subtract them.

mod attribute;
mod get;
mod model;
mod portable;
mod postgres;
mod refund;
mod report;

pub use attribute::{Attribute, AttributeError, MAX_TOUCHES, attribute, reattribute};
pub use get::{Attribution, Share, find};
pub use model::{AttributionModel, Touch};
#[cfg(feature = "seed")]
pub(crate) use model::{Credit, credits};
#[cfg(feature = "seed")]
pub(crate) use refund::mirrored;
pub(crate) use refund::take_back;
pub use report::{Credited, Earnings, report};
