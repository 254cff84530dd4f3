//! The instants that callers name, held against the database's clock.
//!
//! A subscription that begins later than now could not be ended until then: whoever unsubscribes would come before it. So nothing
//! is taken that lies further ahead of the database's clock than clocks differ, and what lies ahead by less loses to an end that
//! comes before it.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// How far a caller's clock may differ from the database's.
///
/// A consent, a confirmation or an end may be so far ahead. An end counts also for a subscription that began up to so much later,
/// which two clocks cannot tell apart from one that it ends: then it is better to mail somebody too little.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(5);

/// Whether an instant lies in the future.
pub(super) fn is_ahead(instant: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    instant > limit(now)
}

/// The last instant that is not in the future.
pub(super) fn limit(now: DateTime<Utc>) -> DateTime<Utc> {
    now + CLOCK_TOLERANCE
}

/// Whether what happened at `instant`, which is not in the future, happened before a subscription began. A row that claims to begin
/// in the future says nothing about when it did.
pub(super) fn is_older(instant: DateTime<Utc>, began_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    !is_ahead(began_at, now) && instant + CLOCK_TOLERANCE < began_at
}

/// The later of both, of which the second counts unless it lies in the future.
pub(super) fn later(instant: DateTime<Utc>, began_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if is_ahead(began_at, now) {
        instant
    } else {
        instant.max(began_at)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn what_lies_ahead_by_no_more_than_clocks_differ_is_now() {
        assert!(!is_ahead(at(105), at(100)));
        assert!(is_ahead(at(106), at(100)));
        assert!(is_ahead(DateTime::<Utc>::MAX_UTC, at(100)));
        assert!(!is_ahead(DateTime::<Utc>::MIN_UTC, at(100)));
    }

    #[test]
    fn an_end_counts_unless_it_is_older_than_clocks_differ() {
        assert!(!is_older(at(95), at(100), at(100)));
        assert!(is_older(at(94), at(100), at(100)));
        assert!(is_older(DateTime::<Utc>::MIN_UTC, at(100), at(100)));
        assert!(!is_older(at(0), at(1_000), at(100)), "nobody began in the future");
        assert_eq!(later(at(95), at(100), at(100)), at(100));
        assert_eq!(later(at(95), at(1_000), at(100)), at(95));
    }
}
