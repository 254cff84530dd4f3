//! How far an import is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::export_file::ExportFile;
use crate::import::shopify::{ExportKind, Progress};

/// A progress bar on the terminal of standard error; nothing where that is a pipe or a file.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn of(file: &ExportFile, kind: ExportKind) -> Self {
        let bar = ProgressBar::with_draw_target(file.size, ProgressDrawTarget::stderr());
        let template = "{prefix:>9} [{bar:32}] {percent:>3} %  {msg}  {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(kind.as_str());
        Self(bar)
    }

    pub(super) fn show(&self, progress: &Progress) {
        self.0.set_position(progress.bytes);
        let things = match progress.file {
            ExportKind::Products => "products",
            ExportKind::Inventory => "rows",
        };
        self.0.set_message(format!("{} {things}", progress.done));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
