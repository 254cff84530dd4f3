//! Groups of customers, and how well each member fits.
//!
//! Owns `customer_segments` and `customer_segment_members`.
//!
//! A membership is a pair (customer, segment) that exists at most once, with a score from 0 to 100. It goes with either side
//! (CASCADE). A segment that a campaign targets cannot be deleted (NO ACTION): whom a campaign was for stays known.
//!
//! Who belongs to a segment is said in JSON, in the language of [`criteria`], and [`recompute()`] makes the members of a segment
//! those whom its criteria name. Nothing else adds or removes members, except the deletion and the merging of customers.

mod create;
pub mod criteria;
mod error;
mod field;
mod read;
mod recompute;
mod segment;
mod selection;
mod update;

pub use create::{CreateSegment, CreatedSegment, create};
pub use criteria::{Criteria, CriteriaError, CriteriaProblem};
pub use error::SegmentError;
pub use field::{Field, FieldType};
pub use read::{ListMembers, ListSegments, Member, Membership, get, list, members, of_customer};
#[cfg(feature = "seed")]
pub(crate) use recompute::filling;
pub use recompute::{Preview, Previewed, RecomputeSegment, Recomputed, preview, recompute};
pub use update::{ArchiveSegment, UpdateSegment, UpdatedSegment, archive, update};
