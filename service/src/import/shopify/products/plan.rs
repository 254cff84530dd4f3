//! What an export's product comes to, decided before anything is written; the same for a dry run.

use entity::{ProductVariantId, product_variants};
use sea_orm::ActiveValue::Set;

use super::block::{ProductBlock, ProductDetails, VariantDetails, VariantLine};
use super::change::{self, ProductStep};
use super::known::{KnownProducts, KnownVariant};
use super::ledger::Ledger;
use crate::import::shopify::refusal::{Refusal, RefusalReason};
use crate::import::shopify::report::Tally;
use crate::import::shopify::source_error::ExportKind;

/// The writes of one product, and what they count as.
pub(super) struct ProductPlan {
    pub(super) product: ProductStep,
    /// The variants to create or update, in the order of their SKUs; their `product_id` is set when it is known.
    pub(super) variants: Vec<product_variants::ActiveModel>,
    pub(super) products: Tally,
    pub(super) variants_tally: Tally,
    pub(super) refusals: Vec<Refusal>,
}

impl ProductPlan {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        let writes = matches!(self.product, ProductStep::Write { .. });
        !writes && self.variants.is_empty()
    }
}

/// Decides what becomes of a product and its variants.
///
/// A SKU goes to whoever had it first: the database before the file, an earlier line before a later one. A refused line
/// takes nothing. The ledger remembers what this product took.
pub(super) fn plan(block: &ProductBlock, known: &KnownProducts, ledger: &mut Ledger) -> ProductPlan {
    let mut plan = ProductPlan {
        product: ProductStep::Refuse,
        variants: Vec::new(),
        products: Tally::default(),
        variants_tally: Tally::default(),
        refusals: Vec::new(),
    };
    let details = match accepted(block, ledger) {
        Ok(details) => details,
        Err(reason) => {
            plan.refuse_product(block, reason.clone());
            block
                .variants
                .iter()
                .for_each(|line| plan.refuse_variant(block, line, reason.clone()));
            return plan;
        }
    };
    let existing = known.products.get(&block.handle);
    plan.product = change::step(block, details, existing);
    match &plan.product {
        ProductStep::Refuse => plan.refuse_product(block, RefusalReason::NoPrice),
        ProductStep::Keep(_) => plan.products.unchanged += 1,
        ProductStep::Write { .. } if existing.is_some() => plan.products.updated += 1,
        ProductStep::Write { .. } => plan.products.created += 1,
    }
    for line in &block.variants {
        plan.variant(block, line, known, ledger);
    }
    plan.variants.sort_by(|a, b| a.sku.as_ref().cmp(b.sku.as_ref()));
    plan
}

/// The product's details, if its first row can be used and its handle is new to the file.
fn accepted<'a>(block: &'a ProductBlock, ledger: &mut Ledger) -> Result<&'a ProductDetails, RefusalReason> {
    if let Some(first_line) = ledger.first_line(&block.handle, block.line) {
        return Err(RefusalReason::DuplicateHandle { first_line });
    }
    let details = block.details.as_ref().map_err(Clone::clone)?;
    ledger.take_handle(&block.handle, block.line);
    Ok(details)
}

impl ProductPlan {
    fn variant(
        &mut self,
        block: &ProductBlock,
        line: &VariantLine,
        known: &KnownProducts,
        ledger: &mut Ledger,
    ) {
        let stored = known.variants.get(&line.sku);
        let checked = match (&line.variant, owner(block, line, stored, ledger)) {
            _ if line.sku.is_empty() => Err(RefusalReason::MissingSku),
            (_, Some(taken)) => Err(taken),
            (Err(reason), None) => Err(reason.clone()),
            (Ok(_), None) if matches!(self.product, ProductStep::Refuse) => Err(RefusalReason::NoPrice),
            (Ok(details), None) => Ok(details),
        };
        let details = match checked {
            Ok(details) => details,
            Err(reason) => return self.refuse_variant(block, line, reason),
        };
        ledger.take_sku(&line.sku, &block.handle, line.line);
        match stored {
            Some(stored) if is_same(stored, details) => self.variants_tally.unchanged += 1,
            stored => {
                let count = &mut self.variants_tally;
                *(if stored.is_some() {
                    &mut count.updated
                } else {
                    &mut count.created
                }) += 1;
                self.variants.push(variant_row(line, details));
            }
        }
    }

    fn refuse_product(&mut self, block: &ProductBlock, reason: RefusalReason) {
        self.products.refused += 1;
        self.refusals.push(refusal(block, block.line, "", reason));
    }

    fn refuse_variant(&mut self, block: &ProductBlock, line: &VariantLine, reason: RefusalReason) {
        self.variants_tally.refused += 1;
        self.refusals.push(refusal(block, line.line, &line.sku, reason));
    }
}

fn refusal(block: &ProductBlock, line: u64, sku: &str, reason: RefusalReason) -> Refusal {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Refusal {
        file: ExportKind::Products,
        line,
        handle: given(&block.handle),
        sku: given(sku),
        reason,
    }
}

/// Who has the SKU of a line already, if that is in its way.
fn owner(
    block: &ProductBlock,
    line: &VariantLine,
    stored: Option<&KnownVariant>,
    ledger: &Ledger,
) -> Option<RefusalReason> {
    if let Some(claim) = ledger.owner(&line.sku, line.line) {
        return Some(if claim.handle == block.handle {
            RefusalReason::DuplicateSku {
                first_line: claim.line,
            }
        } else {
            RefusalReason::SkuOfAnotherProduct {
                handle: claim.handle.clone(),
                line: Some(claim.line),
            }
        });
    }
    let stranger = stored.filter(|stored| stored.handle != block.handle)?;
    Some(RefusalReason::SkuOfAnotherProduct {
        handle: stranger.handle.clone(),
        line: None,
    })
}

fn is_same(stored: &KnownVariant, details: &VariantDetails) -> bool {
    stored.price == details.price && stored.size == details.size && stored.frame_type == details.frame_type
}

/// The row has a new id: where the SKU exists, the stored id stays.
fn variant_row(line: &VariantLine, details: &VariantDetails) -> product_variants::ActiveModel {
    product_variants::ActiveModel {
        id: Set(ProductVariantId::new()),
        sku: Set(line.sku.clone()),
        size: Set(details.size.clone()),
        frame_type: Set(details.frame_type.clone()),
        price: Set(details.price),
        ..Default::default()
    }
}
