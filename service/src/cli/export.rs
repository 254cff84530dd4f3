//! `service export`.

use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::ops::ControlFlow;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::bar::Bar;
use super::context::Context;
use super::database::Opened;
use super::error::CliError;
use super::interrupt::Interrupt;
use super::outcome::Outcome;
use super::output::{self, ForPeople, Output};
use super::secrets;
use crate::export::{self, ExportError, ExportFiles, Exported, Format, Progress, Source};

/// What an export takes.
#[derive(Args)]
pub(super) struct Export {
    /// The table or view, in any case.
    #[arg(value_name = "TABLE", required_unless_present = "all")]
    source: Option<Source>,

    /// Every table and every view, as they are at one moment, each into a file of its own.
    #[arg(long, conflicts_with = "source", requires = "out")]
    all: bool,

    /// csv, jsonl or parquet, in any case.
    #[arg(long, value_name = "FORMAT")]
    format: Format,

    /// Where to: a file, or with --all a directory, which is made if it is not there. Without it, one table goes to
    /// standard output: its rows alone, also with --json.
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
}

/// What was written.
#[derive(Serialize)]
struct Report {
    format: Format,
    files: Vec<Exported>,
    rows: u64,
    seconds: f64,
}

impl ForPeople for Report {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = output::table(["table", "rows", "file"]);
        for done in &self.files {
            let file = done.file.as_deref().map(|file| file.display().to_string());
            table.add_row([
                done.source.to_string(),
                done.rows.to_string(),
                file.unwrap_or_default(),
            ]);
        }
        output::align_right(&mut table, [1]);
        writeln!(out, "{table}")?;
        writeln!(out, "{} rows in {:.1} s", self.rows, self.seconds)
    }
}

/// Shows how far the table at hand is, and hears Ctrl-C.
struct Watch {
    interrupt: Interrupt,
    /// Not where the rows go to the same terminal.
    has_bar: bool,
    bar: Option<(Source, Bar)>,
}

impl Watch {
    fn hear(&mut self, progress: Progress) -> ControlFlow<()> {
        let is_another = |(source, _): &(Source, Bar)| *source != progress.source;
        if self.has_bar && self.bar.as_ref().is_none_or(is_another) {
            // The bar of the table before goes first.
            self.bar = None;
            self.bar = Some((progress.source, Bar::of(Some(progress.of), "rows")));
        }
        if let Some((source, bar)) = &self.bar {
            bar.show(progress.rows, source.to_string());
        }
        if self.interrupt.is_asked() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

pub(super) async fn run(options: &Export, context: &Context) -> Result<Outcome, CliError> {
    let mut watch = Watch {
        interrupt: context.interrupt.clone(),
        has_bar: options.out.is_some() || !io::stdout().is_terminal(),
        bar: None,
    };
    check_out(options)?;
    let files = match (options.source, &options.out) {
        (Some(source), None) => return to_stdout(source, options.format, context, watch).await,
        (Some(source), Some(file)) => ExportFiles {
            files: vec![(source, file.clone())],
            format: options.format,
        },
        (None, out) => ExportFiles::all(out.as_deref().unwrap_or(".".as_ref()), options.format),
    };
    let database = context.open().await?;
    let started = Instant::now();
    let done = export::export_files(&database.connection, files, |progress| watch.hear(progress)).await;
    drop(watch);
    match done {
        Ok(files) => {
            context.output.show(&Report {
                format: options.format,
                rows: files.iter().map(|done| done.rows).sum(),
                files,
                seconds: started.elapsed().as_secs_f64(),
            })?;
            Ok(Outcome::Complete)
        }
        Err(error) => ended(error, database, context.output, "no file was written or replaced"),
    }
}

/// Standard output is the table's alone.
async fn to_stdout(
    source: Source,
    format: Format,
    context: &Context,
    mut watch: Watch,
) -> Result<Outcome, CliError> {
    if format == Format::Parquet {
        return Err(CliError::ParquetToStdout);
    }
    let database = context.open_quietly().await?;
    let command = export::Export { source, format };
    let watched = |progress| watch.hear(progress);
    match export::export(&database.connection, command, io::stdout(), watched).await {
        Ok(_) => Ok(Outcome::Complete),
        // Whoever reads no further has seen enough.
        Err(ExportError::Write { source, .. }) if source.kind() == ErrorKind::BrokenPipe => {
            Ok(Outcome::Complete)
        }
        Err(error) => ended(error, database, context.output, "the last rows are missing"),
    }
}

/// Sees, before anything is opened, that one table goes into a file, and all into a directory.
fn check_out(options: &Export) -> Result<(), CliError> {
    secrets::refuse_url("--out", options.out.as_deref())?;
    match (options.source, &options.out) {
        (Some(source), Some(out)) if is_directory(out) => Err(CliError::OutIsDirectory {
            directory: out.clone(),
            file: format!("{source}.{}", options.format),
        }),
        (None, Some(out)) if out.exists() && !out.is_dir() => Err(CliError::OutIsFile { file: out.clone() }),
        _ => Ok(()),
    }
}

/// One that is there, or that can only be meant.
fn is_directory(out: &Path) -> bool {
    out.is_dir() || out.as_os_str().to_string_lossy().ends_with(MAIN_SEPARATOR)
}

fn ended(
    error: ExportError,
    database: Opened,
    output: Output,
    what_is_left: &str,
) -> Result<Outcome, CliError> {
    match error {
        ExportError::Stopped => {
            output.interrupted(&format!("before the end: {what_is_left}"));
            Ok(Outcome::Interrupted)
        }
        ExportError::Database(source) => Err(CliError::Database {
            database: database.name,
            source,
        }),
        source => Err(CliError::Command {
            command: "export",
            source: Box::new(source),
        }),
    }
}
