//! The inventory export into the stock.

use std::io::Read;
use std::ops::ControlFlow;

use sea_orm::{ConnectionTrait, TransactionTrait};

use super::known::KnownStock;
use super::plan::{self, Counted, StockPlan};
use super::reader::{StockLine, StockReader};
use super::write;
use crate::error::DatabaseError;
use crate::import::shopify::error::{ImportError, ImportFailure};
use crate::import::shopify::products::KnownSkus;
use crate::import::shopify::progress::{ImportMode, Progress};
use crate::import::shopify::report::{ImportReport, Stopped};
use crate::import::shopify::source_error::ExportKind;
use crate::operation;

/// How often a batch is planned anew because somebody else removed one of its variants between the look and the write.
const ATTEMPTS: usize = 3;

/// Brings the stock to what a Shopify inventory export says.
#[derive(Debug)]
pub struct ImportInventory<'a, R> {
    /// The CSV file, read as it is needed.
    pub export: R,
    /// Whether to write.
    pub mode: ImportMode,
    /// In a dry run, the SKUs that the product export would have created; without it only stored SKUs are known.
    pub planned: Option<&'a KnownSkus>,
}

/// Sets the stock by SKU and location, a batch of rows at a time.
///
/// `Available` becomes `quantity_available`: what can still be sold. In an export without that column it is `On hand`
/// less `Committed` and `Unavailable`. `Incoming` becomes `quantity_incoming` where it is stated. What Shopify has
/// committed is promised to orders that only Shopify knows, and is not in `Available`; `quantity_reserved` counts the
/// reservations of this database's own orders and stays as it is, as do the reorder columns and `last_counted_at`.
/// A row that says `not stocked`, or nothing, is no count: no row is made and none is changed.
///
/// A batch of up to 1 000 rows is looked up in one statement, and what changes is written in one transaction of three: one
/// more where rows are new, and one more where only some state `Incoming`. It locks the variants by id against deletion,
/// then the stock rows by variant and location.
///
/// # Errors
///
/// [`ImportFailure`] when the file is no inventory export or cannot be read on, or the database fails. Everything
/// before the failure is committed, and the failure carries its report.
pub async fn import_inventory<C, R, O>(
    db: &C,
    command: ImportInventory<'_, R>,
    mut observe: O,
) -> Result<ImportReport, ImportFailure>
where
    C: ConnectionTrait + TransactionTrait,
    R: Read + Send,
    O: FnMut(Progress) -> ControlFlow<()> + Send,
{
    let db = &operation::named(db, "import.shopify.import_inventory");
    let mut report = ImportReport::default();
    match read(db, command, &mut report, &mut observe).await {
        Ok(()) => Ok(report),
        Err(error) => Err(ImportFailure {
            file: ExportKind::Inventory,
            error,
            so_far: Box::new(report),
        }),
    }
}

async fn read<C, R, O>(
    db: &C,
    command: ImportInventory<'_, R>,
    report: &mut ImportReport,
    observe: &mut O,
) -> Result<(), ImportError>
where
    C: ConnectionTrait + TransactionTrait,
    R: Read + Send,
    O: FnMut(Progress) -> ControlFlow<()> + Send,
{
    let ImportInventory {
        export,
        mode,
        planned,
    } = command;
    let planned = planned.filter(|_| mode == ImportMode::DryRun);
    let mut reader = StockReader::new(export)?;
    let mut counted = Counted::new();
    let mut done = 0;
    loop {
        let (lines, broken) = reader.batch();
        let at_end = lines.is_empty();
        if let Some(last) = lines.last() {
            let plan = batch(db, &lines, mode, planned, &mut counted).await?;
            report.absorb(plan.report);
            done += lines.len() as u64;
            let file = ExportKind::Inventory;
            if observe(Progress {
                file,
                line: last.line,
                bytes: reader.bytes(),
                done,
            })
            .is_break()
            {
                report.stopped = Some(Stopped {
                    file,
                    after_line: last.line,
                });
                return Ok(());
            }
        }
        match broken {
            Some(error) => return Err(error.into()),
            None if at_end => return Ok(()),
            None => {}
        }
    }
}

/// Plans and writes one batch; returns the plan that was carried out.
async fn batch<C>(
    db: &C,
    lines: &[StockLine],
    mode: ImportMode,
    planned: Option<&KnownSkus>,
    counted: &mut Counted,
) -> Result<StockPlan, DatabaseError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let mut attempts = 0;
    loop {
        attempts += 1;
        let known = KnownStock::of(db, lines).await?;
        let plan = plan::plan(lines, &known, planned, counted);
        if mode == ImportMode::DryRun || plan.is_empty() {
            return Ok(plan);
        }
        match write::write(db, &plan).await {
            Ok(()) => return Ok(plan),
            Err(DatabaseError::Changed { .. }) if attempts < ATTEMPTS => {}
            Err(error) => return Err(error),
        }
    }
}
