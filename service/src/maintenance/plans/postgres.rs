//! PostgreSQL's plans, as EXPLAIN (FORMAT JSON) writes them.

use std::fmt::Write as _;

use serde_json::Value;

use super::catalogue::Catalogue;
use super::plan::{Plan, Scan};

/// What a line of a plan adds about its node.
const DETAILS: [&str; 9] = [
    "Index Cond",
    "Recheck Cond",
    "Hash Cond",
    "Merge Cond",
    "Join Filter",
    "Filter",
    "Rows Removed by Filter",
    "Sort Key",
    "Subplans Removed",
];

/// Reads what EXPLAIN answered for `sql`.
pub(super) fn read(sql: String, answer: &Value, catalogue: &Catalogue) -> Plan {
    let root = &answer[0]["Plan"];
    let mut plan = Plan {
        sql,
        lines: Vec::new(),
        scans: Vec::new(),
        buffers: Some(number(root, "Shared Hit Blocks") + number(root, "Shared Read Blocks")),
        milliseconds: answer[0]["Execution Time"].as_f64(),
    };
    walk(root, 0, None, catalogue, &mut plan);
    for trigger in answer[0]["Triggers"].as_array().into_iter().flatten() {
        plan.lines.push(format!(
            "Trigger {} on {}: {} times, {} ms",
            text(trigger, "Trigger Name"),
            text(trigger, "Relation"),
            number(trigger, "Calls"),
            trigger["Time"],
        ));
    }
    plan
}

/// `table` is that of the nearest node above that names one: an index scan for a bitmap names none.
fn walk(node: &Value, depth: usize, table: Option<&str>, catalogue: &Catalogue, plan: &mut Plan) {
    plan.lines.push(line(node, depth));
    let own = node["Relation Name"].as_str();
    let table = own.or(table);
    if number(node, "Actual Loops") > 0 {
        plan.scans.extend(scan(node, table, catalogue));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, depth + 1, table, catalogue, plan);
    }
}

fn scan(node: &Value, table: Option<&str>, catalogue: &Catalogue) -> Option<Scan> {
    let index = node["Index Name"].as_str();
    if index.is_none() && node["Node Type"] != "Seq Scan" {
        return None;
    }
    let table = table?;
    let loops = decimal(node, "Actual Loops");
    let rows = (decimal(node, "Actual Rows") + decimal(node, "Rows Removed by Filter")) * loops;
    Some(Scan {
        table: catalogue.root(table).to_owned(),
        partition: catalogue.is_partition(table).then(|| table.to_owned()),
        index: index.map(|index| catalogue.root(index).to_owned()),
        rows: Some(whole(rows)),
    })
}

fn line(node: &Value, depth: usize) -> String {
    let mut line = format!("{}{}", "  ".repeat(depth), text(node, "Node Type"));
    if node["Node Type"] == "ModifyTable" {
        line = format!("{}{}", "  ".repeat(depth), text(node, "Operation"));
    }
    for (word, key) in [
        (" using ", "Index Name"),
        (" on ", "Relation Name"),
        (" on ", "CTE Name"),
    ] {
        if let Some(name) = node[key].as_str() {
            line += word;
            line += name;
        }
    }
    if number(node, "Actual Loops") == 0 {
        line += " (never executed)";
    } else {
        // Writing into a String cannot fail.
        let _ = write!(
            line,
            " (rows {}, loops {}, buffers {})",
            decimal(node, "Actual Rows"),
            node["Actual Loops"],
            number(node, "Shared Hit Blocks") + number(node, "Shared Read Blocks"),
        );
    }
    for key in DETAILS {
        match &node[key] {
            Value::Null => {}
            Value::String(detail) => line += &format!("; {key}: {detail}"),
            Value::Number(zero) if zero.as_u64() == Some(0) => {}
            detail => line += &format!("; {key}: {detail}"),
        }
    }
    line
}

fn number(node: &Value, key: &str) -> u64 {
    node[key].as_u64().unwrap_or_default()
}

/// Rows are averages per loop, which older servers round and version 18 gives with decimals: they are whole once multiplied.
fn decimal(node: &Value, key: &str) -> f64 {
    node[key].as_f64().unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts, which are never negative and far from 2^53"
)]
fn whole(count: f64) -> u64 {
    count.round() as u64
}

fn text<'n>(node: &'n Value, key: &str) -> &'n str {
    node[key].as_str().unwrap_or_default()
}
