//! SQLite's extended result codes as [`DatabaseError`]s.

use sea_orm::SqlxSqliteError;
use sea_orm::sqlx::error::DatabaseError as _;

use super::DatabaseError;

/// Reads the extended code and the message, which is always English and part of SQLite's interface in all but name;
/// `None` for a code that no operation expects.
pub(super) fn classify(error: &SqlxSqliteError) -> Option<DatabaseError> {
    let code: i32 = error.code()?.parse().ok()?;
    let message = error.message();
    Some(match code {
        // SQLITE_CONSTRAINT_UNIQUE
        2067 => DatabaseError::Duplicate {
            constraint: index_of(subject(message)?),
        },
        // SQLITE_CONSTRAINT_PRIMARYKEY
        1555 => DatabaseError::Duplicate {
            constraint: format!("{}_pkey", subject(message)?.split_once('.')?.0),
        },
        // SQLITE_CONSTRAINT_FOREIGNKEY: an absent parent, or a NO ACTION parent that has children
        787 => DatabaseError::MissingReference {
            table: None,
            constraint: None,
        },
        // SQLITE_CONSTRAINT_TRIGGER: ON DELETE RESTRICT, or a trigger of the schema, which words its refusal like a CHECK
        1811 => match message.strip_prefix("CHECK constraint failed: ") {
            Some(constraint) => DatabaseError::InvalidValue {
                constraint: constraint.to_owned(),
            },
            None => DatabaseError::Restricted {
                table: None,
                constraint: None,
            },
        },
        // SQLITE_CONSTRAINT_CHECK
        275 => DatabaseError::InvalidValue {
            constraint: subject(message)?.to_owned(),
        },
        // SQLITE_CONSTRAINT_NOTNULL
        1299 => {
            let (table, column) = subject(message)?.split_once('.')?;
            DatabaseError::MissingValue {
                table: table.to_owned(),
                column: column.to_owned(),
            }
        }
        // SQLITE_BUSY and SQLITE_LOCKED with their extended forms (5, 261, 517, 773; 6, 262)
        code if matches!(code & 0xff, 5 | 6) => DatabaseError::Busy,
        // SQLITE_FULL
        13 => DatabaseError::StorageFull,
        // SQLITE_INTERRUPT
        9 => DatabaseError::StatementTimeout,
        _ => return None,
    })
}

/// What follows the colon: `products.handle`, `chk_products_status`.
fn subject(message: &str) -> Option<&str> {
    message.split_once(": ").map(|(_, subject)| subject)
}

/// SQLite reports the columns (`inventory.product_variant_id, inventory.location`) of a unique index; the schema's rule for
/// names gives the index.
fn index_of(columns: &str) -> String {
    let mut name = String::from("idx");
    for (i, column) in columns.split(", ").enumerate() {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if i == 0 {
            name.push('_');
            name.push_str(table);
        }
        name.push('_');
        name.push_str(column);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::index_of;

    #[test]
    fn an_index_is_named_after_its_table_and_columns() {
        assert_eq!(index_of("products.handle"), "idx_products_handle");
        assert_eq!(
            index_of("inventory.product_variant_id, inventory.location"),
            "idx_inventory_product_variant_id_location"
        );
    }
}
