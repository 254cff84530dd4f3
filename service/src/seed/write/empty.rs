//! Whether there is anything in the database.

macro_rules! names {
    ($($table:ident)*) => { vec![$(stringify!($table)),*] };
}

/// Every table.
pub(super) fn tables() -> Vec<&'static str> {
    entity::for_each_table!(names)
}

/// Names the tables that have rows, in one statement. Events and notes of upkeep are in nobody's way.
pub(super) fn filled() -> String {
    let looks: Vec<_> = tables()
        .into_iter()
        .filter(|table| *table != "system_events")
        .map(|table| {
            let only = match table {
                "configurations" => " WHERE key NOT LIKE 'maintenance.%'",
                _ => "",
            };
            format!("SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table}{only})")
        })
        .collect();
    looks.join(" UNION ALL ")
}
