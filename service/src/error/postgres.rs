//! PostgreSQL's SQLSTATEs as [`DatabaseError`]s.

use sea_orm::SqlxPostgresError;

use super::DatabaseError;

/// Reads SQLSTATE, table and constraint; `None` for a code that no operation expects.
pub(super) fn classify(error: &SqlxPostgresError) -> Option<DatabaseError> {
    let constraint = error.constraint().map(schema_name);
    let table = error.table().map(schema_name);
    Some(match error.code() {
        "23505" => DatabaseError::Duplicate {
            constraint: constraint?,
        },
        "23001" => DatabaseError::Restricted { table, constraint },
        "23503" if is_about_a_parent(error) => DatabaseError::Restricted { table, constraint },
        "23503" => DatabaseError::MissingReference { table, constraint },
        "23514" => DatabaseError::InvalidValue {
            constraint: constraint?,
        },
        "23502" => DatabaseError::MissingValue {
            table: table?,
            column: error.column()?.to_owned(),
        },
        "22001" => DatabaseError::TextTooLong,
        "22003" => DatabaseError::NumberOutOfRange,
        "22021" | "22P05" => DatabaseError::InvalidText,
        "42501" => DatabaseError::NotPermitted {
            message: error.message().to_owned(),
        },
        "40001" => DatabaseError::Serialization,
        "40P01" => DatabaseError::Deadlock,
        "55P03" => DatabaseError::LockTimeout,
        "57014" => DatabaseError::StatementTimeout,
        "25P03" | "25P04" => DatabaseError::IdleInTransaction,
        "53100" => DatabaseError::StorageFull,
        "53300" => DatabaseError::NoConnection,
        "57P01" | "57P02" | "57P03" => DatabaseError::ConnectionLost,
        code if code.starts_with("08") => DatabaseError::ConnectionLost,
        _ => return None,
    })
}

/// Before version 18 one SQLSTATE covers both ends of a foreign key, and the table it reports is the child's at either end.
///
/// Only the text tells them apart, and a server may speak another language; a deletion therefore does not rely on this (see
/// [`DatabaseError::of_deletion`]).
fn is_about_a_parent(error: &SqlxPostgresError) -> bool {
    error.message().starts_with("update or delete on table")
}

/// A partition's name, or the name of something on it, as the partitioned table has it:
/// `workflow_executions_y2026m11_pkey` is `workflow_executions_pkey`.
fn schema_name(name: &str) -> String {
    for table in ["workflow_executions", "transactions", "system_events"] {
        let Some((before, after)) = name.split_once(table) else {
            continue;
        };
        let rest = after.strip_prefix("_default").or_else(|| {
            let (month, rest) = after.split_at_checked("_y2026m11".len())?;
            let shape = |(i, c): (usize, char)| match i {
                0 => c == '_',
                1 => c == 'y',
                6 => c == 'm',
                _ => c.is_ascii_digit(),
            };
            month.chars().enumerate().all(shape).then_some(rest)
        });
        if let Some(rest) = rest {
            return format!("{before}{table}{rest}");
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::schema_name;

    #[test]
    fn a_partition_goes_by_the_name_of_its_table() {
        for (reported, expected) in [
            ("workflow_executions_y2026m11", "workflow_executions"),
            ("workflow_executions_y2026m11_pkey", "workflow_executions_pkey"),
            ("transactions_default_window", "transactions_window"),
            ("chk_workflow_executions_status", "chk_workflow_executions_status"),
            (
                "fk_revenue_attribution_transaction_id",
                "fk_revenue_attribution_transaction_id",
            ),
            ("system_events_yesterday", "system_events_yesterday"),
            ("idx_products_handle", "idx_products_handle"),
        ] {
            assert_eq!(schema_name(reported), expected);
        }
    }
}
