//! When upkeep has to end.

use std::time::{Duration, Instant};

/// What a statement may still take, for PostgreSQL; zero is no limit.
pub(super) fn statement_timeout(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::ZERO, |deadline| {
        of_the_server(deadline.saturating_duration_since(Instant::now()))
    })
}

/// A limit that the server takes: at least a millisecond, since zero means none, and counted in 31 bits. Rounded up: what the
/// server ends has to have outlived the limit on this side as well.
pub(super) fn of_the_server(limit: Duration) -> Duration {
    let limit = limit
        .as_nanos()
        .div_ceil(1_000_000)
        .clamp(1, i32::MAX.unsigned_abs().into());
    Duration::from_millis(u64::try_from(limit).unwrap_or(u64::MAX))
}

pub(super) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| deadline <= Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_has_passed_still_limits_and_none_does_not() {
        assert_eq!(statement_timeout(None), Duration::ZERO);
        assert!(!is_over(None));
        let now = Instant::now();
        assert_eq!(statement_timeout(Some(now)), Duration::from_millis(1));
        assert!(is_over(Some(now)));
        let later = now + Duration::from_secs(60);
        assert!(!is_over(Some(later)) && statement_timeout(Some(later)) > Duration::from_secs(50));
        let never = of_the_server(Duration::MAX);
        assert_eq!(never.as_millis(), i32::MAX as u128);
        assert_eq!(
            of_the_server(Duration::from_micros(2_001)),
            Duration::from_millis(3)
        );
    }
}
