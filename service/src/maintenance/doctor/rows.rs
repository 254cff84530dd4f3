//! Making a check that is a query.

use std::borrow::Cow;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use uuid::Uuid;

use super::amounts::each_table;
use super::dialect::spelt;
use super::examination::{Fault, Finding, Repair};
use super::references::each_key;
use super::registry::{Check, Mend, Over, Rows, Unit};

impl Rows {
    /// The query in the engine's words.
    pub(super) fn sql(&self, engine: DbBackend) -> String {
        let template = match engine {
            DbBackend::Postgres => self.postgres,
            _ => self.sqlite,
        };
        let text = match self.over {
            Over::Once => Cow::Borrowed(template.trim()),
            Over::Keys => Cow::Owned(each_key(template.trim())),
            Over::Amounts => Cow::Owned(each_table(template.trim())),
        };
        spelt(&text, engine)
    }
}

/// What a query found.
struct Answer<'a> {
    sql: &'a str,
    rows: &'a [QueryResult],
    /// How many faults there are, also those that are not listed.
    total: u64,
}

/// Makes the check by its query, in one statement that reads every fault and returns the first `limit` of them. Where each fault has
/// a repair of its own it returns all: they are objects of the schema, of which there are not many.
pub(super) async fn run<C: ConnectionTrait>(
    db: &C,
    check: &Check,
    rows: &Rows,
    sql: &str,
    limit: usize,
) -> Result<Option<Finding>, DbErr> {
    let certain = match rows.mend {
        Mend::SqlWhereCertain { .. } => ", sum(certain) OVER () AS certain_total",
        _ => "",
    };
    let listed = limit.max(1);
    let returned = match rows.mend {
        Mend::EachRow => String::new(),
        _ => format!(" LIMIT {listed}"),
    };
    let limited = format!(
        "SELECT faults.*, count(*) OVER () AS total{certain} FROM (\n{sql}\n) AS faults ORDER BY 1{returned}"
    );
    let found = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), limited))
        .await?;
    let Some(first) = found.first() else {
        return Ok(None);
    };
    let total: i64 = first.try_get("", "total")?;
    let answer = Answer {
        sql,
        rows: &found,
        total: total.unsigned_abs(),
    };
    let faults: Vec<_> = found
        .iter()
        .take(listed)
        .map(|row| fault(row, rows.unit))
        .collect::<Result<_, _>>()?;
    Ok(Some(Finding {
        check: check.name,
        severity: check.severity,
        holds: check.holds,
        total: answer.total,
        faults,
        repairs: repairs(rows.mend, &answer)?,
    }))
}

fn fault(row: &QueryResult, unit: Unit) -> Result<Fault, DbErr> {
    let by_id = row.column_names().iter().any(|name| name == "id");
    let shown = |column| -> Result<String, DbErr> {
        let text: String = row.try_get("", column)?;
        Ok(match unit {
            Unit::Plain => text,
            Unit::Cents => amount(&text),
        })
    };
    Ok(Fault {
        row: if by_id {
            row.try_get::<Uuid>("", "id")?.to_string()
        } else {
            row.try_get("", "name")?
        },
        expected: shown("expected")?,
        found: shown("found")?,
    })
}

/// Cents as an amount, `-1234` as `-12.34`, whatever is said of them after a space; any other text as it is.
fn amount(text: &str) -> String {
    let (cents, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    match cents.parse::<i128>() {
        Ok(cents) => rust_decimal::Decimal::from_i128_with_scale(cents, 2).to_string() + rest,
        Err(_) => text.to_owned(),
    }
}

fn repairs(mend: Mend, answer: &Answer<'_>) -> Result<Vec<Repair>, DbErr> {
    Ok(match mend {
        Mend::Command(command) => vec![Repair::Command(command.to_owned())],
        Mend::Sql(template) => vec![Repair::Sql(template.replace("{faults}", answer.sql))],
        Mend::SqlWhereCertain { sql, otherwise } => where_certain(sql, otherwise, answer)?,
        Mend::Operation(text) => vec![Repair::Operation(text.to_owned())],
        Mend::Decision(text) => vec![Repair::Decision(text.to_owned())],
        Mend::EachRow => each_row(answer)?,
    })
}

fn where_certain(template: &str, otherwise: &str, answer: &Answer<'_>) -> Result<Vec<Repair>, DbErr> {
    let certain: i64 = match answer.rows.first() {
        Some(row) => row.try_get("", "certain_total")?,
        None => 0,
    };
    let certain = certain.unsigned_abs();
    let mut repairs = Vec::new();
    if certain > 0 {
        let faults = format!("SELECT * FROM (\n{}\n) AS every WHERE certain = 1", answer.sql);
        repairs.push(Repair::Sql(template.replace("{faults}", &faults)));
    }
    if certain < answer.total {
        repairs.push(Repair::Decision(otherwise.to_owned()));
    }
    Ok(repairs)
}

fn each_row(answer: &Answer<'_>) -> Result<Vec<Repair>, DbErr> {
    let mut repairs = Vec::new();
    for row in answer.rows {
        let repair: String = row.try_get("", "repair")?;
        for statement in repair.split("\n\n") {
            let statement = Repair::Sql(statement.to_owned());
            // What is said for several rows is said once, after the last of them.
            repairs.retain(|said| *said != statement);
            repairs.push(statement);
        }
    }
    Ok(repairs)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn cents_are_shown_as_an_amount_with_what_is_said_of_them() {
        for (text, shown) in [
            ("-1234", "-12.34"),
            ("5", "0.05"),
            ("100 at least", "1.00 at least"),
            ("at most 100.00", "at most 100.00"),
            ("", ""),
        ] {
            assert_eq!(amount(text), shown);
        }
    }
}
