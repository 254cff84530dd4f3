//! E-mail lists and who is on them.
//!
//! A subscription is an address on a list. It begins with a [`Consent`], which is kept with it, either at once or, with double
//! opt-in, when the address has been confirmed. It ends when its owner unsubscribes, when the mailbox bounces for good, or when
//! its owner complains; `unsubscribed_at` says when, whichever it was.
//!
//! **Nothing but a new consent begins it again.** [`subscribe`] takes a consent that was given after the end, and after a bounce
//! or a complaint it has to be confirmed as well, since only that proves that somebody reads the mail and wants it. A bounce and a
//! complaint are about the address, so they count on every list. [`import`] never begins anything again, and neither does
//! [`confirm`] once the address has unsubscribed. An end that is older than the subscription (a webhook that comes late) does not
//! end it, and one that names no instant ends whatever there is.
//!
//! The instants are the callers', and none may lie in the future: a subscription that began there could not be ended before. They
//! are held against the database's clock, with [`CLOCK_TOLERANCE`] for clocks that differ.
//!
//! All of that outlives the customer: `customer_id` becomes NULL. And it outlives the erasure of the person, whose ended
//! subscriptions are kept under a digest of the address: whoever brings the address again is checked against that as well.

mod confirm;
mod consent;
mod create;
mod end;
mod import;
mod instant;
mod link;
mod read;
mod row;
mod standing;
mod state;
mod subscribe;
mod subscribers;
mod update;

pub use confirm::{Confirm, ConfirmError, confirm};
pub use consent::Consent;
pub use create::{CreateError, CreateList, CreatedList, create};
pub use end::{Bounce, Complain, EndError, Ended, Unsubscribe, bounce, complain, unsubscribe};
pub use import::{FutureLine, Import, ImportError, ImportLine, Imported, import};
pub use instant::CLOCK_TOLERANCE;
pub(crate) use link::claim;
pub use link::{LinkCustomer, LinkedCustomer, link};
pub use read::{GetError, ListKey, ListLists, find, get, list};
pub use subscribe::{OptIn, Subscribe, SubscribeError, Subscription, subscribe};
pub use subscribers::{ListSubscribers, subscribers, subscriptions};
pub use update::{UpdateError, UpdateList, update};
