//! Every column of amounts.

use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait as _, EntityTrait, IdenStatic as _, Iterable as _};

use super::references::row;

/// The template for each table that has amounts, one after the other. It names `{table}`, with `{columns}` its amounts, with `{amounts}`
/// each of them by name and value, and with `{row}` by what a row of the table `c` is known.
pub(super) fn each_table(template: &str) -> String {
    let queries: Vec<_> = tables()
        .iter()
        .map(|(table, columns)| of_table(template, table, columns))
        .collect();
    queries.join("\nUNION ALL\n")
}

fn of_table(template: &str, table: &str, columns: &[&str]) -> String {
    let listed = |each: &dyn Fn(&&str) -> String| columns.iter().map(each).collect::<Vec<_>>().join(", ");
    template
        .replace("{table}", table)
        .replace("{columns}", &listed(&|column| format!("c.{column}")))
        .replace(
            "{amounts}",
            &listed(&|column| format!("('{column}', c.{column})")),
        )
        .replace("{row}", &row(table))
}

/// The tables that have amounts, and their columns.
fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
    macro_rules! each {
        ($($table:ident)*) => { vec![$((stringify!($table), amounts::<entity::$table::Entity>())),*] };
    }
    let mut tables = entity::for_each_table!(each);
    tables.retain(|(_, columns)| !columns.is_empty());
    tables
}

fn amounts<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter()
        .filter(|column| matches!(column.def().get_column_type(), ColumnType::Decimal(_)))
        .map(|column| column.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_is_asked_once_for_all_its_amounts() {
        let sql = each_table("SELECT {row} FROM {table} c, {amounts} WHERE {columns}");
        assert_eq!(sql.matches("UNION ALL").count() + 1, tables().len());
        assert!(
            sql.contains("SELECT c.id::text FROM transactions c, ('amount', c.amount) WHERE c.amount"),
            "{sql}"
        );
        assert!(sql.contains("c.base_price, c.cost"), "{sql}");
        assert!(!sql.contains("FROM agents"), "{sql}");
    }
}
