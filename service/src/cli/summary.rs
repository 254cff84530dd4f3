//! What an import did, for a person.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};

use crate::import::shopify::{ExportKind, ImportReport, Refusal, Tally};

/// The table of counts, and below it every refused line.
pub(super) fn write(
    out: &mut impl Write,
    report: &ImportReport,
    with_stock: bool,
    took: Duration,
    name: impl Fn(ExportKind) -> String,
) -> io::Result<()> {
    writeln!(out, "{}", table(report, with_stock))?;
    if report.not_stocked > 0 {
        writeln!(
            out,
            "not stocked: {} rows that state no count, for which nothing is written",
            report.not_stocked
        )?;
    }
    writeln!(out, "took {:.1} s", took.as_secs_f64())?;
    if !report.refusals.is_empty() {
        writeln!(out, "\nrefused: {}", reasons(&report.refusals))?;
        lines(out, &report.refusals, name)?;
    }
    out.flush()
}

fn table(report: &ImportReport, with_stock: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["", "created", "updated", "unchanged", "refused"]);
    let mut row = |name: &str, tally: &Tally| {
        let counts = [tally.created, tally.updated, tally.unchanged, tally.refused];
        let cells = counts.map(|count| count.to_string());
        table.add_row(std::iter::once(name.to_owned()).chain(cells));
    };
    row("products", &report.products);
    row("variants", &report.variants);
    if with_stock {
        row("stock rows", &report.stock);
    }
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// `163 (148 unknown_sku, 12 sku_of_another_product, 3 missing_sku)`: most frequent first.
fn reasons(refusals: &[Refusal]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for refusal in refusals {
        *counts.entry(refusal.reason.code()).or_default() += 1;
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
fn lines(out: &mut impl Write, refusals: &[Refusal], name: impl Fn(ExportKind) -> String) -> io::Result<()> {
    let place = |refusal: &Refusal| format!("{}:{}", name(refusal.file), refusal.line);
    let width = |cell: &dyn Fn(&Refusal) -> String| {
        refusals
            .iter()
            .map(|refusal| cell(refusal).chars().count())
            .max()
            .unwrap_or(0)
    };
    let handle = |refusal: &Refusal| shown(refusal.handle.as_deref());
    let sku = |refusal: &Refusal| shown(refusal.sku.as_deref());
    let (places, handles, skus) = (width(&place), width(&handle), width(&sku));
    for refusal in refusals {
        let (place, handle, sku) = (place(refusal), handle(refusal), sku(refusal));
        writeln!(
            out,
            "  {place:places$}  {handle:handles$}  {sku:skus$}  {}",
            refusal.reason
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
