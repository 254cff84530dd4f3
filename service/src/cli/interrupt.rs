//! Ctrl-C, and the signal by which a service manager or a container ends a process.

use std::sync::Arc;

use tokio::sync::watch::{self, Sender};

use super::output::Output;

/// Whether somebody wants the command to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt {
    is_asked: Arc<Sender<bool>>,
    output: Output,
}

impl Interrupt {
    /// Takes Ctrl-C and SIGTERM from here on: the first asks to stop after the batch that is being written, the second ends the
    /// process at once, and the database rolls that batch back.
    pub(super) fn listen(output: Output) -> Self {
        let interrupt = Self {
            is_asked: Arc::new(watch::channel(false).0),
            output,
        };
        interrupt.heed();
        interrupt
    }

    pub(super) fn is_asked(&self) -> bool {
        *self.is_asked.borrow()
    }

    /// Waits until somebody asks, which may be never.
    pub(super) async fn asked(&self) {
        // What it waits for goes no sooner than this.
        let _ = self.is_asked.subscribe().wait_for(|is_asked| *is_asked).await;
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
        if self.is_asked.send_replace(true) {
            self.output
                .interrupted("at once: what is not committed is rolled back");
            std::process::exit(130);
        }
    }
}
