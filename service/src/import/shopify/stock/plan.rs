//! What an inventory export's rows come to, decided before anything is written; the same for a dry run.

use std::collections::HashMap;

use entity::{InventoryId, ProductVariantId, inventory};
use sea_orm::ActiveValue::Set;

use super::known::KnownStock;
use super::reader::{StockCount, StockLine};
use crate::import::shopify::products::KnownSkus;
use crate::import::shopify::refusal::{Refusal, RefusalReason};
use crate::import::shopify::report::ImportReport;
use crate::import::shopify::source_error::ExportKind;

/// Which line of the file counts a SKU at a location.
pub(super) type Counted = HashMap<(String, String), u64>;

/// The writes of a batch, and what they count as.
#[derive(Default)]
pub(super) struct StockPlan {
    /// Rows whose export states what is on its way, and rows that keep what is stored.
    pub(super) with_incoming: Vec<inventory::ActiveModel>,
    pub(super) without_incoming: Vec<inventory::ActiveModel>,
    pub(super) report: ImportReport,
}

impl StockPlan {
    pub(super) fn is_empty(&self) -> bool {
        self.with_incoming.is_empty() && self.without_incoming.is_empty()
    }
}

/// Decides what becomes of a batch of lines. `planned` are SKUs that a dry run may count as stored.
pub(super) fn plan(
    lines: &[StockLine],
    known: &KnownStock,
    planned: Option<&KnownSkus>,
    counted: &mut Counted,
) -> StockPlan {
    let mut plan = StockPlan::default();
    for line in lines {
        let outcome = match &line.count {
            Ok(None) => {
                plan.report.not_stocked += 1;
                continue;
            }
            Ok(Some(count)) => plan.count(line, *count, known, planned, counted),
            Err(reason) => Err(reason.clone()),
        };
        if let Err(reason) = outcome {
            plan.report.stock.refused += 1;
            plan.report.refusals.push(refusal(line, reason));
        }
    }
    plan.with_incoming.sort_by_key(key);
    plan.without_incoming.sort_by_key(key);
    plan
}

/// What a row is about. Rows are written in this order.
pub(super) fn key(row: &inventory::ActiveModel) -> (ProductVariantId, String) {
    (*row.product_variant_id.as_ref(), row.location.as_ref().clone())
}

impl StockPlan {
    fn count(
        &mut self,
        line: &StockLine,
        count: StockCount,
        known: &KnownStock,
        planned: Option<&KnownSkus>,
        counted: &mut Counted,
    ) -> Result<(), RefusalReason> {
        let variant = known.get(&line.sku);
        if variant.is_none() && !planned.is_some_and(|planned| planned.contains(&line.sku)) {
            return Err(RefusalReason::UnknownSku);
        }
        let first_line = *counted
            .entry((line.sku.clone(), line.location.clone()))
            .or_insert(line.line);
        if first_line != line.line {
            return Err(RefusalReason::DuplicateStock { first_line });
        }
        let tally = &mut self.report.stock;
        match variant.map(|variant| (variant.id, variant.stock.get(&line.location))) {
            None => tally.created += 1,
            Some((_, Some(stored))) if is_same(*stored, count) => tally.unchanged += 1,
            Some((id, stored)) => {
                *(if stored.is_some() {
                    &mut tally.updated
                } else {
                    &mut tally.created
                }) += 1;
                let rows = if count.incoming.is_some() {
                    &mut self.with_incoming
                } else {
                    &mut self.without_incoming
                };
                rows.push(row(id, line, count));
            }
        }
        Ok(())
    }
}

fn is_same((available, incoming): (i32, i32), count: StockCount) -> bool {
    available == count.available && count.incoming.is_none_or(|stated| stated == incoming)
}

/// The row has a new id: where the variant has stock at the location, the stored id stays.
fn row(id: ProductVariantId, line: &StockLine, count: StockCount) -> inventory::ActiveModel {
    inventory::ActiveModel {
        id: Set(InventoryId::new()),
        product_variant_id: Set(id),
        location: Set(line.location.clone()),
        quantity_available: Set(count.available),
        quantity_incoming: Set(count.incoming.unwrap_or(0)),
        ..Default::default()
    }
}

fn refusal(line: &StockLine, reason: RefusalReason) -> Refusal {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Refusal {
        file: ExportKind::Inventory,
        line: line.line,
        handle: given(&line.handle),
        sku: given(&line.sku),
        reason,
    }
}
