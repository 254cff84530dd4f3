//! What the two engines spell differently in queries that are otherwise the same.

use sea_orm::DbBackend;

/// The first instant of the newest months that have transactions without a gap: those of before may have been dropped, and an old
/// one kept or restored.
const MONEY_SINCE: &str = "(SELECT max(month) AT TIME ZONE 'UTC' FROM (\
    SELECT month, lag(month) OVER (ORDER BY month) AS earlier \
    FROM (SELECT DISTINCT date_trunc('month', transaction_date::timestamp) AS month FROM transactions) months) runs \
    WHERE earlier IS NULL OR earlier + interval '1 month' < month)";

/// The same on SQLite, where instants are texts.
const MONEY_SINCE_SQLITE: &str = "(SELECT max(month) FROM (\
    SELECT month, lag(month) OVER (ORDER BY month) AS earlier \
    FROM (SELECT DISTINCT strftime('%Y-%m-01', transaction_date) AS month FROM transactions) months) runs \
    WHERE earlier IS NULL OR date(earlier, '+1 month') < month)";

/// Puts the engine's words in place of `{text column}`, a uuid as text, `{now}`, the time in the form of the columns, and
/// `{money since}`, when the transactions that are known begin.
pub(super) fn spelt(sql: &str, engine: DbBackend) -> String {
    let (now, money_since) = match engine {
        DbBackend::Postgres => ("now()", MONEY_SINCE),
        _ => ("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')", MONEY_SINCE_SQLITE),
    };
    let mut parts = sql.split("{text ");
    let mut spelt = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once('}').unwrap_or((part, ""));
        spelt.push_str(&uuid_text(column, engine));
        spelt.push_str(rest);
    }
    spelt.replace("{now}", now).replace("{money since}", money_since)
}

fn uuid_text(column: &str, engine: DbBackend) -> String {
    if engine == DbBackend::Postgres {
        return format!("{column}::text");
    }
    // Where the groups of digits begin, and how long they are.
    let groups = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
        .map(|(start, length)| format!("substr(hex({column}), {start}, {length})"));
    format!("lower({})", groups.join(" || '-' || "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_text_on_both_engines() {
        let sql = "SELECT {text a.id} || {now}";
        assert_eq!(spelt(sql, DbBackend::Postgres), "SELECT a.id::text || now()");
        let sqlite = spelt(sql, DbBackend::Sqlite);
        assert!(sqlite.starts_with("SELECT lower(substr(hex(a.id), 1, 8) || '-' || substr(hex(a.id), 9, 4)"));
        assert!(sqlite.contains("'now')") && !sqlite.contains('{'));
    }
}
