//! What goes with a row when it is deleted, and deleting it.
//!
//! The 40 foreign keys say what a deletion does to the rows that refer to the deleted one ([`keys`]): they go as well (CASCADE),
//! stay and forget it (SET NULL), or stand in its way (NO ACTION, RESTRICT). [`plan`] follows them from any [`Row`] to the end
//! and counts; [`delete`] looks again under lock, does exactly that and returns the same [`Report`], or refuses with everything
//! that stands in the way.
//!
//! # What stands in the way besides the keys
//!
//! The keys protect rows from dangling, not a shop from losing track of what it owes. Where a row goes, as the one that was named
//! or with it, [`Reason`] says no to:
//!
//! - stock with reserved pieces: somebody was promised them ([`Reason::ReservedStock`]);
//! - lines of a pending or confirmed order whose pieces are reserved and not handed over yet: the stock would stay reserved for
//!   an order that is gone. Cancel the order first ([`Reason::OpenReservation`]);
//! - orders that were paid, in full or in part, until all of it is refunded: the money was for something ([`Reason::Paid`]);
//! - payments and refunds of an order that is there: its state tells of them ([`Reason::BelongsToOrder`]);
//! - expenses that a budget or a campaign counts as spent, and their corrections, for as long as the event that remembers the
//!   booking is kept: take them back by [`budgets::correct`](crate::finance::budgets::correct()) or
//!   [`campaigns::correct`](crate::marketing::campaigns::correct()), which leaves both in the journal ([`Reason::Booked`]);
//! - tasks that a worker is at ([`Reason::InProgress`]).
//!
//! One more holds only for the row that was named: a subscription that was ended, by its owner, a bounce or a complaint, is all that
//! keeps the address from being mailed again ([`Reason::EndedSubscription`]). With its list it goes, as nobody mails that any more.
//!
//! # NO ACTION and RESTRICT
//!
//! They differ for rows that go in the same deletion: under NO ACTION these are in nobody's way, under RESTRICT they are. As the
//! keys are, no deletion reaches a row by both, and a test holds that; the plan knows the difference all the same.
//!
//! A product has a report of its own, with skus and quantities: [`catalogue::deletion`](crate::catalogue::deletion).

mod delete;
mod key;
mod plan;
mod reach;
mod report;
mod row;
mod rule;

pub use delete::{Delete, delete};
pub use key::{Key, OnDelete, keys};
pub use plan::plan;
pub use report::{Blocker, Cleared, DeletionError, Reason, Removed, Report};
pub use row::Row;
