//! Sending an operation again when it failed for a reason that passes.
//!
//! Which errors those are is their own knowledge ([`Classified::is_retryable`]); how often and how patiently is the caller's.
//! Only whole operations are repeated: inside a transaction that has failed there is nothing left to repeat, so the closure
//! begins its own.

use std::future::Future;
use std::time::Duration;

use crate::error::Classified;

/// How often, and with what pauses.
///
/// The pause before attempt n+1 is drawn evenly from zero to `base * 2^(n-1)`, at most `cap`: competitors that collided do not
/// meet again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// How many times the operation is sent at most, the first time included. Zero counts as one.
    pub attempts: u32,
    /// Upper bound of the first pause.
    pub base: Duration,
    /// Upper bound of any pause.
    pub cap: Duration,
}

impl Default for Backoff {
    /// Five attempts with pauses of up to 10, 20, 40 and 80 ms.
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(10),
            cap: Duration::from_secs(1),
        }
    }
}

impl Backoff {
    /// The longest pause after `failures` failed attempts.
    fn ceiling(&self, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.base.saturating_mul(factor).min(self.cap)
    }

    fn pause(&self, failures: u32) -> Duration {
        // The upper half of a random UUID is as good as a generator of its own, and keeps its version bits out of the way.
        let random = (uuid::Uuid::new_v4().as_u128() >> 96) as u32;
        self.ceiling(failures)
            .mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

/// Runs `operation` until it succeeds, fails for good, or has failed `backoff.attempts` times.
///
/// The library names no runtime, so the caller says how to sleep: `tokio::time::sleep`, `async_std::task::sleep`.
///
/// # Errors
///
/// The last error of `operation`: the first that is not retryable, or the one of the last attempt.
pub async fn retry<F, Fut, T, E, S, Sleep>(backoff: Backoff, sleep: S, operation: F) -> Result<T, E>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: Classified,
    S: Fn(Duration) -> Sleep,
    Sleep: Future<Output = ()>,
{
    let mut failures = 0;
    loop {
        match operation().await {
            Err(error) if error.is_retryable() && failures + 1 < backoff.attempts => {
                failures += 1;
                let pause = backoff.pause(failures);
                tracing::debug!(%error, failures, ?pause, "retrying");
                sleep(pause).await;
            }
            settled => return settled,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::error::DatabaseError;

    /// Polls a future whose parts are all ready at once.
    fn now<F: Future>(future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => output,
            std::task::Poll::Pending => panic!("nothing here waits"),
        }
    }

    fn attempts(backoff: Backoff, outcomes: &[Option<DatabaseError>]) -> (u32, Result<(), DatabaseError>) {
        let sent = AtomicU32::new(0);
        let outcome = now(retry(
            backoff,
            |_| ready(()),
            || {
                let n = sent.fetch_add(1, Ordering::Relaxed) as usize;
                ready(outcomes[n.min(outcomes.len() - 1)].clone().map_or(Ok(()), Err))
            },
        ));
        (sent.into_inner(), outcome)
    }

    #[test]
    fn a_passing_failure_is_sent_again_until_it_passes() {
        let outcomes = [Some(DatabaseError::Deadlock), Some(DatabaseError::Busy), None];
        let (sent, outcome) = attempts(Backoff::default(), &outcomes);
        assert_eq!(sent, 3);
        assert!(outcome.is_ok());
    }

    #[test]
    fn a_failure_that_does_not_pass_ends_after_the_last_attempt() {
        let (sent, outcome) = attempts(Backoff::default(), &[Some(DatabaseError::ConnectionLost)]);
        assert_eq!(sent, 5);
        assert!(matches!(outcome, Err(DatabaseError::ConnectionLost)));
    }

    #[test]
    fn a_refusal_and_an_unknown_outcome_are_never_sent_again() {
        for error in [
            DatabaseError::NotFound,
            DatabaseError::OutcomeUnknown,
            DatabaseError::StorageFull,
        ] {
            assert_eq!(attempts(Backoff::default(), &[Some(error)]).0, 1);
        }
    }

    #[test]
    fn pauses_grow_to_their_cap_and_no_further() {
        let backoff = Backoff {
            attempts: 100,
            base: Duration::from_millis(10),
            cap: Duration::from_millis(50),
        };
        assert_eq!(backoff.ceiling(1), Duration::from_millis(10));
        assert_eq!(backoff.ceiling(2), Duration::from_millis(20));
        assert_eq!(backoff.ceiling(4), Duration::from_millis(50));
        assert_eq!(backoff.ceiling(90), Duration::from_millis(50));
        for failures in 1..90 {
            assert!(backoff.pause(failures) <= backoff.ceiling(failures));
        }
    }

    #[test]
    fn a_retried_operation_can_move_between_threads() {
        fn is_send<T: Send>(_: &T) {}
        let borrowed = String::from("a connection");
        is_send(&retry(
            Backoff::default(),
            |_| ready(()),
            || async {
                let _ = &borrowed;
                Ok::<(), DatabaseError>(())
            },
        ));
    }
}
