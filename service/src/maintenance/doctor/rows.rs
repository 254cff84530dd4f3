//! Making a check that is a query.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use uuid::Uuid;

use super::dialect::spelt;
use super::examination::{Fault, Finding, Repair};
use super::registry::{Check, Mend, Rows, Unit};

impl Rows {
    pub(super) fn sql(&self, engine: DbBackend) -> &'static str {
        match engine {
            DbBackend::Postgres => self.postgres,
            _ => self.sqlite,
        }
    }
}

/// Makes the check, in one statement that reads every fault and returns the first `limit` of them.
pub(super) async fn run<C: ConnectionTrait>(
    db: &C,
    check: &Check,
    rows: &Rows,
    limit: usize,
) -> Result<Option<Finding>, DbErr> {
    let engine = db.get_database_backend();
    let sql = spelt(rows.sql(engine).trim(), engine);
    let limited = format!(
        "SELECT faults.*, count(*) OVER () AS total FROM (\n{sql}\n) AS faults ORDER BY 1 LIMIT {}",
        limit.max(1)
    );
    let answer = db.query_all_raw(Statement::from_string(engine, limited)).await?;
    let Some(first) = answer.first() else {
        return Ok(None);
    };
    let total: i64 = first.try_get("", "total")?;
    let faults: Vec<_> = answer
        .iter()
        .map(|row| fault(row, rows.unit))
        .collect::<Result<_, _>>()?;
    Ok(Some(Finding {
        check: check.name,
        severity: check.severity,
        holds: check.holds,
        total: total.unsigned_abs(),
        faults,
        repairs: repairs(rows.mend, &sql, &answer)?,
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

/// Cents as an amount, `-1234` as `-12.34`; any other text as it is.
fn amount(text: &str) -> String {
    match text.parse::<i128>() {
        Ok(cents) => rust_decimal::Decimal::from_i128_with_scale(cents, 2).to_string(),
        Err(_) => text.to_owned(),
    }
}

fn repairs(mend: Mend, sql: &str, answer: &[QueryResult]) -> Result<Vec<Repair>, DbErr> {
    Ok(vec![match mend {
        Mend::Command(command) => Repair::Command(command.to_owned()),
        Mend::Sql(template) => Repair::Sql(template.replace("{faults}", sql)),
        Mend::Operation(text) => Repair::Operation(text.to_owned()),
        Mend::Decision(text) => Repair::Decision(text.to_owned()),
        Mend::EachRow => {
            return answer
                .iter()
                .map(|row| row.try_get("", "repair").map(Repair::Sql))
                .collect();
        }
    }])
}
