//! Campaigns: planned, run, and paid for within a budget.
//!
//! A campaign goes from draft over scheduled to active, rests as paused, and ends completed or cancelled ([`transition`]). Its
//! budget is a limit that [`spend`] never passes, and [`correct`](correct()) takes back what was too much; without one (NULL) only what the column holds limits it. Amounts are in the
//! shop's currency, as the budget has none of its own.
//!
//! **Whom it targets is frozen when it begins.** A segment changes with every recomputation, so the activation copies its members
//! into a segment of the campaign's own (inactive, named after the campaign, and with criteria that no recomputation reads), and
//! points `target_segment_id` to the copy. From then on everything that follows the campaign to its segment sees who was targeted,
//! the foreign key keeps the copy, and the original may change or go. Where it came from is [`audience`]. A customer who is
//! deleted leaves the copy as well.

mod audience;
mod books;
mod budget;
mod correct;
mod create;
mod get;
mod list;
mod recipients;
mod row;
mod spend;
mod state;
mod transition;
mod update;

pub use audience::{Audience, audience};
pub use budget::{BudgetError, SetBudget, set_budget};
pub use correct::{CorrectError, CorrectSpending, CorrectedSpending, correct};
pub use create::{CreateCampaign, CreateError, CreatedCampaign, create};
pub use get::{GetError, find, get};
pub use list::{ListCampaigns, list};
pub use recipients::{MailingLists, Recipient, Recipients, RecipientsError, count_recipients, recipients};
pub use spend::{SpendError, SpendOnCampaign, Spent, spend};
pub use transition::{TransitionCampaign, TransitionError, TransitionedCampaign, transition};
pub use update::{UpdateCampaign, UpdateError, update};
