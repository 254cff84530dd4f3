//! Groups of customers, and how well each member fits.
//!
//! Owns `customer_segments` and `customer_segment_members`.
//!
//! A membership is a pair (customer, segment) that exists at most once, with a score from 0 to 100. It goes with either side
//! (CASCADE). A segment that a campaign targets cannot be deleted (NO ACTION): whom a campaign was for stays known.
