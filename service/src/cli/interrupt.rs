//! Ctrl-C, and the signal by which a service manager or a container ends a process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody wants the command to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes Ctrl-C and SIGTERM from here on: the first asks to stop after the batch that is being written, the second ends the
    /// process at once, and the database rolls that batch back.
    pub(super) fn listen() -> Self {
        let interrupt = Self(Arc::new(AtomicBool::new(false)));
        interrupt.heed();
        interrupt
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    #[cfg(unix)]
    fn heed(&self) {
        use tokio::signal::unix::{SignalKind, signal};
        for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
            // One that cannot be taken ends the process, as it does by itself.
            if let Ok(mut signals) = signal(kind) {
                let interrupt = self.clone();
                tokio::spawn(async move {
                    while signals.recv().await.is_some() {
                        interrupt.ask();
                    }
                });
            }
        }
    }

    #[cfg(not(unix))]
    fn heed(&self) {
        let interrupt = self.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                interrupt.ask();
            }
        });
    }

    fn ask(&self) {
        if self.0.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    }
}
