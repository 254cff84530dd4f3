//! SQLite's plans, as EXPLAIN QUERY PLAN writes them: `SCAN orders`, `SEARCH orders USING INDEX i (id=?)`.

use std::collections::HashMap;

use super::plan::{Plan, Scan};

/// A line of the answer: its id, that of the line it belongs to, and what it says.
pub(super) type Line = (i64, i64, String);

/// Reads what EXPLAIN QUERY PLAN answered for `sql`.
pub(super) fn read(sql: String, answer: &[Line]) -> Plan {
    let mut depths = HashMap::new();
    let mut lines = Vec::new();
    for (id, parent, detail) in answer {
        let depth = depths.get(parent).map_or(0, |depth| depth + 1);
        depths.insert(id, depth);
        lines.push(format!("{}{detail}", "  ".repeat(depth)));
    }
    let scans = answer
        .iter()
        .filter_map(|(_, _, detail)| scan(detail, &sql))
        .collect();
    Plan {
        sql,
        lines,
        scans,
        buffers: None,
        milliseconds: None,
    }
}

fn scan(detail: &str, sql: &str) -> Option<Scan> {
    let (whole, rest) = match detail.strip_prefix("SCAN ") {
        Some(rest) => (true, rest),
        None => (false, detail.strip_prefix("SEARCH ")?),
    };
    let name = rest.split(' ').next()?;
    let index = rest
        .split_once("INDEX ")
        .and_then(|(_, index)| index.split(' ').next());
    let by_key = rest.contains("PRIMARY KEY") || !whole;
    Some(Scan {
        table: table_of(name, sql).to_owned(),
        partition: None,
        index: index.or(by_key.then_some("PRIMARY KEY")).map(str::to_owned),
        rows: None,
    })
}

/// A table goes by its alias, if it has one: `FROM "orders" AS "o"`.
fn table_of<'s>(name: &'s str, sql: &'s str) -> &'s str {
    sql.find(&format!("\" AS \"{name}\""))
        .and_then(|end| sql[..end].rsplit('"').next())
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_without_an_index_reads_all_and_an_alias_is_its_table() {
        let sql = String::from("SELECT 1 FROM \"orders\" AS \"o\"");
        let answer = [
            (2, 0, "SCAN o".to_owned()),
            (3, 0, "SEARCH customers USING INDEX by_email (email=?)".to_owned()),
            (
                4,
                3,
                "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)".to_owned(),
            ),
        ];
        let plan = read(sql, &answer);
        let read: Vec<_> = plan
            .scans
            .iter()
            .map(|scan| (&*scan.table, scan.index.as_deref()))
            .collect();
        assert_eq!(
            read,
            [
                ("orders", None),
                ("customers", Some("by_email")),
                ("tasks", Some("PRIMARY KEY"))
            ]
        );
        assert_eq!(
            plan.lines[2],
            "  SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)"
        );
    }
}
