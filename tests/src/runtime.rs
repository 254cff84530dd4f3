//! Waiting for a future where there is no `async` to wait in: in `Drop`, and while a lock is held.

/// Runs `future` to its end on a thread, and in a runtime, of its own.
///
/// The caller may be inside a runtime, which could not block on a future itself.
pub(crate) fn wait_for<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(|| block_on(future)).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

#[cfg(feature = "runtime-tokio")]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for one thread")
        .block_on(future)
}

#[cfg(not(feature = "runtime-tokio"))]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    async_std::task::block_on(future)
}
