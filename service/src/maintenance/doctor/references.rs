//! Every foreign key, asked past its triggers.

use sea_orm::Iterable as _;

use crate::deletion::{Key, OnDelete, keys};

/// The template for each key, one after the other. It names `{table}`, `{column}`, `{parent}`, with `{otherwise}` what a
/// deletion of the parent would have left, and with `{row}` by what a row of the table `c` is known.
pub(super) fn each_key(template: &str) -> String {
    let queries: Vec<_> = keys().iter().map(|key| of_key(template, key)).collect();
    queries.join("\nUNION ALL\n")
}

fn of_key(template: &str, key: &Key) -> String {
    let otherwise = match key.on_delete {
        OnDelete::Cascade => ", or not this one (ON DELETE CASCADE)",
        OnDelete::SetNull => ", or NULL (ON DELETE SET NULL)",
        OnDelete::NoAction | OnDelete::Restrict => "",
    };
    template
        .replace("{table}", key.table)
        .replace("{column}", &key.column)
        .replace("{parent}", key.parent)
        .replace("{otherwise}", otherwise)
        .replace("{row}", &row(key.table))
}

/// The primary key's columns as a text.
pub(super) fn row(table: &str) -> String {
    macro_rules! primary_key {
        ($($name:ident)*) => {
            match table {
                $(stringify!($name) => entity::$name::PrimaryKey::iter().map(|column| column_text(&column)).collect(),)*
                _ => Vec::new(),
            }
        };
    }
    let columns: Vec<String> = entity::for_each_table!(primary_key);
    columns.join(" || ' ' || ")
}

fn column_text(column: &impl sea_orm::IdenStatic) -> String {
    format!("c.{}::text", column.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_by_its_primary_key() {
        assert_eq!(row("orders"), "c.id::text");
        assert_eq!(
            row("email_subscribers"),
            "c.email::text || ' ' || c.list_id::text"
        );
        for key in keys() {
            assert!(!row(key.table).is_empty(), "{key:?}");
        }
    }
}
