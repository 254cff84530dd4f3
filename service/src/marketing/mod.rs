//! Campaigns, what they say, and the lists of those who want to hear it.
//!
//! Owns `campaigns`, `content`, `email_lists` and `email_subscribers`.
//!
//! - [`campaigns`]: planned, run and paid for within a budget; whom each one targets is frozen when it begins, and
//!   [`campaigns::recipients`] streams who of them may be mailed.
//! - [`content`]: written, reviewed, approved and published. It survives its campaign (SET NULL).
//! - [`lists`]: a subscription is an address on a list, not a customer on a list: it survives the deletion of the customer
//!   (SET NULL), because an unsubscribe must. Subscriptions go with their list (CASCADE).
//!
//! A campaign that revenue is attributed to cannot be deleted (NO ACTION), ends no earlier than it starts and never spends below
//! zero.

pub mod campaigns;
pub mod content;
pub mod lists;
mod missing;

use chrono::{DateTime, SubsecRound, Utc};
pub use missing::Missing;

/// The instant as PostgreSQL stores it, in microseconds: both engines return what is compared with it later.
fn stored(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}
