//! What campaigns say: written, reviewed, approved, published.
//!
//! A text is edited while it is a draft or under review; what was approved is what is published, so from then on it is refused
//! until somebody sends it back to draft, and after publication for good. How it does is recorded once it is published. It
//! survives its campaign (SET NULL), and the agent that wrote it stays (NO ACTION).

mod create;
mod list;
mod metrics;
mod row;
mod state;
mod transition;
mod update;

pub use create::{CreateContent, CreateError, CreatedContent, create};
pub use list::{GetError, ListContent, find, get, list};
pub use metrics::{MetricsError, RecordMetrics, record_metrics};
pub use transition::{TransitionContent, TransitionError, TransitionedContent, transition};
pub use update::{UpdateContent, UpdateError, update};
