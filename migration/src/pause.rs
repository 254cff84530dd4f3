//! Time limits that need no particular runtime: a thread keeps the time.

use std::{
    pin::pin,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::future::{Either, select};

/// Is ready after `duration`. Dropped earlier, it ends its thread.
pub(crate) async fn sleep(duration: Duration) {
    let (ring, rung) = oneshot::channel();
    let (alive, dropped) = mpsc::channel::<()>();
    thread::spawn(move || {
        if dropped.recv_timeout(duration) == Err(RecvTimeoutError::Timeout) {
            // A receiver that is gone no longer wants to know.
            let _ = ring.send(());
        }
    });
    let _ = rung.await;
    drop(alive);
}

/// What `work` yields, or `None` when it takes longer than `limit`; it is dropped then.
pub(crate) async fn within<W: Future>(limit: Duration, work: W) -> Option<W::Output> {
    match select(pin!(work), pin!(sleep(limit))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Instant};

    use super::*;

    #[tokio::test]
    async fn work_that_never_ends_is_given_up_at_the_limit() {
        let started = Instant::now();
        assert_eq!(within(Duration::from_millis(30), pending::<()>()).await, None);
        assert!(started.elapsed() >= Duration::from_millis(30));
    }

    #[tokio::test]
    async fn work_that_ends_in_time_is_returned() {
        assert_eq!(within(Duration::from_secs(60), async { 7 }).await, Some(7));
    }
}
