//! The product export into the catalogue.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;
use std::slice;

use sea_orm::{ConnectionTrait, TransactionTrait};

use super::block::ProductBlock;
use super::known::KnownProducts;
use super::ledger::Ledger;
use super::plan::{self, ProductPlan};
use super::reader::ProductReader;
use super::write;
use crate::error::DatabaseError;
use crate::import::shopify::error::{ImportError, ImportFailure};
use crate::import::shopify::progress::{ImportMode, Progress};
use crate::import::shopify::report::{ImportReport, Stopped};
use crate::import::shopify::source_error::ExportKind;
use crate::operation;

/// How often a product is planned anew because somebody else took one of its SKUs between the look and the write.
const ATTEMPTS: usize = 3;

/// Brings the catalogue to what a Shopify product export says.
#[derive(Debug)]
pub struct ImportProducts<R> {
    /// The CSV file, read as it is needed.
    pub export: R,
    /// Whether to write.
    pub mode: ImportMode,
}

/// What became of a product export.
#[derive(Clone, Debug)]
pub struct ImportedProducts {
    /// What was created, updated, left as it was and refused.
    pub report: ImportReport,
    /// The SKUs of the export that are in the catalogue now; after a dry run, that would be.
    pub skus: KnownSkus,
}

/// SKUs that a product export accounts for, so that a dry run of the inventory knows those that are not stored yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownSkus(HashSet<String>);

impl KnownSkus {
    /// Whether the export accounts for a SKU.
    #[must_use]
    pub fn contains(&self, sku: &str) -> bool {
        self.0.contains(sku)
    }
}

/// Creates and updates products by handle and variants by SKU, product by product as the file is read.
///
/// A batch of up to 100 products or 1 000 variants is looked up in two statements. Every product that changes is then a
/// transaction of two, however many variants it has (one more for every further 5 000): one for its row, which it
/// locks, and one for its variants. Nothing is sent for a product that is as the export says. On a caller's
/// transaction each product is a savepoint.
///
/// What cannot be stored is refused line by line and reported, and the rest goes through; see
/// [`RefusalReason`](crate::import::shopify::RefusalReason). Products and variants that the export does not mention stay as they are.
///
/// # Errors
///
/// [`ImportFailure`] when the file is no product export or cannot be read on, or the database fails. Everything before
/// the failure is committed, and the failure carries its report.
pub async fn import_products<C, R, O>(
    db: &C,
    command: ImportProducts<R>,
    observe: O,
) -> Result<ImportedProducts, ImportFailure>
where
    C: ConnectionTrait + TransactionTrait,
    R: Read + Send,
    O: FnMut(Progress) -> ControlFlow<()> + Send,
{
    let db = &operation::named(db, "import.shopify.import_products");
    let mode = command.mode;
    let mut run = Run {
        db,
        mode,
        observe,
        ledger: Ledger::default(),
        report: ImportReport::default(),
        done: 0,
    };
    match run.read(command.export).await {
        Ok(()) => {
            let skus = KnownSkus(run.ledger.into_skus().collect());
            Ok(ImportedProducts {
                report: run.report,
                skus,
            })
        }
        Err(error) => Err(ImportFailure {
            file: ExportKind::Products,
            error,
            so_far: Box::new(run.report),
        }),
    }
}

struct Run<'a, C, O> {
    db: &'a C,
    mode: ImportMode,
    observe: O,
    ledger: Ledger,
    report: ImportReport,
    done: u64,
}

impl<C, O> Run<'_, C, O>
where
    C: ConnectionTrait + TransactionTrait,
    O: FnMut(Progress) -> ControlFlow<()> + Send,
{
    async fn read<R: Read + Send>(&mut self, export: R) -> Result<(), ImportError> {
        let mut reader = ProductReader::new(export)?;
        loop {
            let (blocks, broken) = reader.batch();
            let at_end = blocks.is_empty();
            if self.batch(&blocks).await?.is_break() {
                return Ok(());
            }
            match broken {
                Some(error) => return Err(error.into()),
                None if at_end => return Ok(()),
                None => {}
            }
        }
    }

    async fn batch(&mut self, blocks: &[ProductBlock]) -> Result<ControlFlow<()>, DatabaseError> {
        if blocks.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let known = KnownProducts::of(self.db, blocks).await?;
        for block in blocks {
            let plan = self.product(block, &known).await?;
            self.count(plan);
            let file = ExportKind::Products;
            let progress = Progress {
                file,
                line: block.last_line,
                bytes: block.bytes,
                done: self.done,
            };
            if (self.observe)(progress).is_break() {
                self.report.stopped = Some(Stopped {
                    file,
                    after_line: block.last_line,
                });
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Plans and writes one product; returns the plan that was carried out.
    async fn product(
        &mut self,
        block: &ProductBlock,
        known: &KnownProducts,
    ) -> Result<ProductPlan, DatabaseError> {
        let mut plan = plan::plan(block, known, &mut self.ledger);
        let mut attempts = 1;
        while self.mode == ImportMode::Write && !plan.is_empty() {
            match write::write(self.db, &plan).await {
                Ok(()) => break,
                Err(DatabaseError::Changed { .. }) if attempts < ATTEMPTS => {
                    attempts += 1;
                    let fresh = KnownProducts::of(self.db, slice::from_ref(block)).await?;
                    plan = plan::plan(block, &fresh, &mut self.ledger);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(plan)
    }

    fn count(&mut self, plan: ProductPlan) {
        self.done += 1;
        self.report.products.add(plan.products);
        self.report.variants.add(plan.variants_tally);
        self.report.refusals.extend(plan.refusals);
    }
}
