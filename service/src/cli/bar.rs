//! How far a command is.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar on the terminal of standard error; nothing where that is a pipe or a file.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Of work of a known size in any unit, or of an unknown one.
    pub(super) fn of(size: Option<u64>, name: &str) -> Self {
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr());
        let template = match size {
            Some(_) => "{prefix:>9} [{bar:32}] {percent:>3} %  {msg}  {elapsed}",
            None => "{prefix:>9} {spinner}  {msg}  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub(super) fn show(&self, position: u64, message: impl Into<String>) {
        self.0.set_position(position);
        self.0.set_message(message.into());
    }

    /// Takes it away before something else is printed.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}
