//! What an import did, for a person.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use comfy_table::Table;
use serde::Serialize;

use crate::cli::output::{self, ForPeople};
use crate::import::shopify::{ExportKind, ImportMode, ImportReport, Refusal, Tally};

/// What an import did. Without an inventory export there is no `stock`.
#[derive(Serialize)]
pub(super) struct Summary {
    dry_run: bool,
    products: Counts,
    variants: Counts,
    stock: Option<Counts>,
    not_stocked: u64,
    seconds: f64,
    refusals: Vec<Line>,
    /// Where Ctrl-C ended it.
    stopped: Option<Place>,
}

#[derive(Clone, Copy, Serialize)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    refused: u64,
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            created: tally.created,
            updated: tally.updated,
            unchanged: tally.unchanged,
            refused: tally.refused,
        }
    }
}

/// A refused line.
#[derive(Serialize)]
struct Line {
    file: String,
    line: u64,
    handle: Option<String>,
    sku: Option<String>,
    reason: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Place {
    file: String,
    after_line: u64,
}

impl Summary {
    pub(super) fn of(
        report: &ImportReport,
        mode: ImportMode,
        with_stock: bool,
        took: Duration,
        name: impl Fn(ExportKind) -> String,
    ) -> Self {
        let line = |refusal: &Refusal| Line {
            file: name(refusal.file),
            line: refusal.line,
            handle: refusal.handle.clone(),
            sku: refusal.sku.clone(),
            reason: refusal.reason.code(),
            message: refusal.reason.to_string(),
        };
        Self {
            dry_run: mode == ImportMode::DryRun,
            products: report.products.into(),
            variants: report.variants.into(),
            stock: with_stock.then(|| report.stock.into()),
            not_stocked: report.not_stocked,
            seconds: took.as_secs_f64(),
            refusals: report.refusals.iter().map(line).collect(),
            stopped: report.stopped.map(|stopped| Place {
                file: name(stopped.file),
                after_line: stopped.after_line,
            }),
        }
    }
}

impl ForPeople for Summary {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", table(self))?;
        if self.not_stocked > 0 {
            writeln!(
                out,
                "not stocked: {} rows that state no count, for which nothing is written",
                self.not_stocked
            )?;
        }
        writeln!(out, "took {:.1} s", self.seconds)?;
        if !self.refusals.is_empty() {
            writeln!(out, "\nrefused: {}", reasons(&self.refusals))?;
            lines(out, &self.refusals)?;
        }
        Ok(())
    }
}

fn table(summary: &Summary) -> Table {
    let mut table = output::table(["", "created", "updated", "unchanged", "refused"]);
    let mut row = |name: &str, counts: &Counts| {
        let counts = [counts.created, counts.updated, counts.unchanged, counts.refused];
        let cells = counts.map(|count| count.to_string());
        table.add_row(std::iter::once(name.to_owned()).chain(cells));
    };
    row("products", &summary.products);
    row("variants", &summary.variants);
    if let Some(stock) = &summary.stock {
        row("stock rows", stock);
    }
    output::align_right(&mut table, 1..=4);
    table
}

/// `163 (148 unknown_sku, 12 sku_of_another_product, 3 missing_sku)`: most frequent first.
fn reasons(refusals: &[Line]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal.reason).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let each: Vec<_> = counts
        .iter()
        .map(|(code, count)| format!("{count} {code}"))
        .collect();
    format!("{} ({})", refusals.len(), each.join(", "))
}

/// `FILE:LINE  HANDLE  SKU  REASON`, in columns.
fn lines(out: &mut dyn Write, refusals: &[Line]) -> io::Result<()> {
    let place = |refusal: &Line| format!("{}:{}", refusal.file, refusal.line);
    let width = |cell: &dyn Fn(&Line) -> String| {
        refusals
            .iter()
            .map(|refusal| cell(refusal).chars().count())
            .max()
            .unwrap_or(0)
    };
    let handle = |refusal: &Line| shown(refusal.handle.as_deref());
    let sku = |refusal: &Line| shown(refusal.sku.as_deref());
    let (places, handles, skus) = (width(&place), width(&handle), width(&sku));
    for refusal in refusals {
        let (place, handle, sku) = (place(refusal), handle(refusal), sku(refusal));
        writeln!(
            out,
            "  {place:places$}  {handle:handles$}  {sku:skus$}  {}",
            refusal.message
        )?;
    }
    Ok(())
}

/// A cell of a file on a terminal: control characters could move its cursor or change its colours.
fn shown(text: Option<&str>) -> String {
    let text = text.unwrap_or("-");
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
