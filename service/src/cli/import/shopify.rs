//! `service import shopify`.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::export_file::ExportFile;
use super::refusal_file::RefusalFile;
use super::summary::Summary;
use crate::cli::bar::Bar;
use crate::cli::context::Context;
use crate::cli::database::Opened;
use crate::cli::error::CliError;
use crate::cli::interrupt::Interrupt;
use crate::cli::outcome::Outcome;
use crate::cli::output::Output;
use crate::cli::secrets;
use crate::import::shopify::{
    ExportKind, ImportFailure, ImportInventory, ImportMode, ImportProducts, ImportReport, Progress,
    import_inventory, import_products,
};

/// What an import takes.
#[derive(Args, Clone)]
pub(in crate::cli) struct Shopify {
    /// The product export (Products > Export).
    #[arg(long, value_name = "FILE")]
    pub(super) products: PathBuf,

    /// The inventory export (Products > Inventory > Export), read after the products.
    #[arg(long, value_name = "FILE")]
    pub(super) inventory: Option<PathBuf>,

    /// Only say what an import would do.
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Write the refused lines to this CSV file as well; one that exists is replaced.
    #[arg(long, value_name = "FILE.csv")]
    pub(super) report: Option<PathBuf>,
}

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
        secrets::refuse_url("--report", options.report.as_deref())?;
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

/// Imports, writes the report, and says what was done, also before a failure and when the report cannot be written.
pub(super) async fn run(options: &Shopify, context: &Context) -> Result<Outcome, CliError> {
    let asked = options.clone();
    let files = context.read(move || Files::open(&asked)).await?;
    let database = context.open().await?;
    let report_file = options.report.as_deref().map(RefusalFile::create).transpose()?;
    if options.dry_run {
        context
            .output
            .note("dry run: nothing is written; this is what an import would do")?;
    }

    let started = Instant::now();
    let mode = if options.dry_run {
        ImportMode::DryRun
    } else {
        ImportMode::Write
    };
    let (report, failure) = match import(&database, &files, mode, &context.interrupt).await {
        Ok(report) => (report, None),
        Err(mut failure) => (std::mem::take(&mut *failure.so_far), Some(failure)),
    };
    let kept = match report_file {
        Some(file) => file.write(&report.refusals, |kind| files.name(kind)),
        None => Ok(()),
    };
    let with_stock = files.inventory.is_some();
    let summary = Summary::of(&report, mode, with_stock, started.elapsed(), |kind| {
        files.name(kind)
    });
    context.output.show(&summary)?;
    match failure {
        Some(failure) => Err(ended_early(&files, failure)),
        None => {
            let outcome = outcome(&files, &report, mode, context.output);
            kept.map(|()| outcome)
        }
    }
}

async fn import(
    database: &Opened,
    files: &Files,
    mode: ImportMode,
    interrupt: &Interrupt,
) -> Result<ImportReport, Box<ImportFailure>> {
    let db = &database.connection;
    let watch = |file: &ExportFile, kind: ExportKind| {
        let (bar, interrupt) = (Bar::of(file.size, kind.as_str()), interrupt.clone());
        let things = match kind {
            ExportKind::Products => "products",
            ExportKind::Inventory => "rows",
        };
        move |progress: Progress| {
            bar.show(progress.bytes, format!("{} {things}", progress.done));
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

fn outcome(files: &Files, report: &ImportReport, mode: ImportMode, output: Output) -> Outcome {
    let Some(stopped) = report.stopped else {
        return Outcome::of(report.refusals.is_empty());
    };
    let done = match mode {
        ImportMode::Write => "what the table counts is written, whole products only; import again to go on",
        ImportMode::DryRun => "nothing was written",
    };
    let name = files.name(stopped.file);
    output.interrupted(&format!("after line {} of {name}: {done}", stopped.after_line));
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
