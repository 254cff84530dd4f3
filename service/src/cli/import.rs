//! `service import shopify`.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Instant;

use super::Outcome;
use super::arguments::Shopify;
use super::bar::Bar;
use super::database::{self, Opened};
use super::error::CliError;
use super::export_file::ExportFile;
use super::interrupt::Interrupt;
use super::refusal_file::RefusalFile;
use super::summary;
use crate::import::shopify::{
    ExportKind, ImportFailure, ImportInventory, ImportMode, ImportProducts, ImportReport, Progress,
    import_inventory, import_products,
};

/// The files of one import.
struct Files {
    products: ExportFile,
    inventory: Option<ExportFile>,
}

impl Files {
    /// Opens what is to be imported, and sees that the report would not replace any of it.
    fn open(options: &Shopify) -> Result<Self, CliError> {
        let products = ExportFile::open(&options.products, ExportKind::Products)?;
        let inventory = options.inventory.as_deref();
        let inventory = inventory
            .map(|path| ExportFile::open(path, ExportKind::Inventory))
            .transpose()?;
        let mut inputs = std::iter::once(&products).chain(&inventory);
        match &options.report {
            Some(report) if inputs.any(|input| input.is_at(report)) => {
                Err(CliError::ReportIsInput { file: report.clone() })
            }
            _ => Ok(Self { products, inventory }),
        }
    }

    fn of(&self, kind: ExportKind) -> &ExportFile {
        match (kind, &self.inventory) {
            (ExportKind::Inventory, Some(inventory)) => inventory,
            _ => &self.products,
        }
    }

    /// What a line of the report calls a file: its name, or where both have the same name the path.
    fn name(&self, kind: ExportKind) -> String {
        let file = self.of(kind);
        let is_same = |other: &ExportFile| other.path.file_name() == self.products.path.file_name();
        if self.inventory.as_ref().is_some_and(is_same) {
            return file.path.display().to_string();
        }
        file.path
            .file_name()
            .unwrap_or(file.path.as_os_str())
            .to_string_lossy()
            .into_owned()
    }
}

/// Imports, says what was done, and writes the report; what was done before a failure is reported as well.
pub(super) async fn run(options: &Shopify, database_url: Option<&str>) -> Result<Outcome, CliError> {
    let files = Files::open(options)?;
    let database = database::open(database_url).await?;
    let report_file = options.report.as_deref().map(RefusalFile::create).transpose()?;
    announce(&database, options.dry_run)?;

    let started = Instant::now();
    let mode = if options.dry_run {
        ImportMode::DryRun
    } else {
        ImportMode::Write
    };
    let (report, failure) = match import(&database, &files, mode).await {
        Ok(report) => (report, None),
        Err(mut failure) => (std::mem::take(&mut *failure.so_far), Some(failure)),
    };
    if let Some(file) = report_file {
        file.write(&report.refusals, |kind| files.name(kind))?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let shown = summary::write(
        &mut out,
        &report,
        files.inventory.is_some(),
        started.elapsed(),
        |kind| files.name(kind),
    );
    // Whoever reads no further has seen enough; the import itself is done.
    shown.or_else(|error| {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Ok(())
        } else {
            Err(error)
        }
    })?;
    match failure {
        Some(failure) => Err(ended_early(&files, failure)),
        None => Ok(outcome(&files, &report, mode)),
    }
}

/// Says first which database it is, so that nobody has to guess from the result.
fn announce(database: &Opened, dry_run: bool) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "database: {} ({})", database.name, database.origin)?;
    if dry_run {
        writeln!(
            out,
            "dry run: nothing is written; this is what an import would do"
        )?;
    }
    Ok(())
}

async fn import(
    database: &Opened,
    files: &Files,
    mode: ImportMode,
) -> Result<ImportReport, Box<ImportFailure>> {
    let db = &database.connection;
    let interrupt = Interrupt::listen();
    let watch = |file: &ExportFile, kind| {
        let (bar, interrupt) = (Bar::of(file, kind), interrupt.clone());
        move |progress: Progress| {
            bar.show(&progress);
            if interrupt.is_asked() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    };
    let command = ImportProducts {
        export: &files.products.file,
        mode,
    };
    let products = import_products(db, command, watch(&files.products, ExportKind::Products)).await?;
    let mut report = products.report;
    let Some(inventory) = files.inventory.as_ref().filter(|_| report.stopped.is_none()) else {
        return Ok(report);
    };
    let command = ImportInventory {
        export: &inventory.file,
        mode,
        planned: Some(&products.skus),
    };
    match import_inventory(db, command, watch(inventory, ExportKind::Inventory)).await {
        Ok(stock) => report.absorb(stock),
        Err(mut failure) => {
            report.absorb(std::mem::take(&mut *failure.so_far));
            *failure.so_far = report;
            return Err(Box::new(failure));
        }
    }
    Ok(report)
}

fn outcome(files: &Files, report: &ImportReport, mode: ImportMode) -> Outcome {
    let Some(stopped) = report.stopped else {
        return if report.refusals.is_empty() {
            Outcome::Complete
        } else {
            Outcome::SomeRefused
        };
    };
    let done = match mode {
        ImportMode::Write => "what the table counts is written, whole products only; import again to go on",
        ImportMode::DryRun => "nothing was written",
    };
    let name = files.name(stopped.file);
    // Nothing can be done about a closed terminal.
    let _ = writeln!(
        io::stderr(),
        "interrupted after line {} of {name}: {done}",
        stopped.after_line
    );
    Outcome::Interrupted
}

fn ended_early(files: &Files, failure: Box<ImportFailure>) -> CliError {
    let kind = failure.file;
    CliError::Import {
        file: files.of(kind).path.clone(),
        kind,
        source: failure,
    }
}
