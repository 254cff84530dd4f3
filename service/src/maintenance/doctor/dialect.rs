//! What the two engines spell differently in queries that are otherwise the same.

use sea_orm::DbBackend;

/// What stands in place of what a query leaves to the engine.
struct Words {
    now: &'static str,
    money_since: &'static str,
    events_since: &'static str,
    nothing_dropped: &'static str,
}

/// Where the newest months that have rows without a gap begin: those of before may have been dropped, and an old one kept or
/// restored. The current month is never dropped, whether it has rows or not.
macro_rules! since {
    ($month:literal, $table:literal) => {
        concat!(
            "(SELECT max(month) AT TIME ZONE 'UTC' FROM (",
            "SELECT month, lag(month) OVER (ORDER BY month) AS earlier FROM (SELECT date_trunc('month', ",
            $month,
            ") AS month FROM ",
            $table,
            " UNION SELECT date_trunc('month', now() AT TIME ZONE 'UTC')) months ",
            "WHERE month <= now() AT TIME ZONE 'UTC') runs WHERE earlier IS NULL OR earlier + interval '1 month' < month)"
        )
    };
}

/// The same on SQLite, where instants are texts. There a month goes in batches, the oldest rows first, so one that has ended is known
/// only from its oldest row on.
macro_rules! since_on_sqlite {
    ($column:literal, $table:literal, $oldest:literal) => {
        concat!(
            "(SELECT CASE WHEN month = strftime('%Y-%m-01', 'now') THEN month ELSE (SELECT ",
            $oldest,
            " FROM ",
            $table,
            " WHERE ",
            $column,
            " >= month) END FROM (SELECT max(month) AS month FROM (",
            "SELECT month, lag(month) OVER (ORDER BY month) AS earlier FROM (SELECT strftime('%Y-%m-01', ",
            $column,
            ") AS month FROM ",
            $table,
            " UNION SELECT strftime('%Y-%m-01', 'now')) months WHERE month <= strftime('%Y-%m-01', 'now')) runs ",
            "WHERE earlier IS NULL OR date(earlier, '+1 month') < month))"
        )
    };
}

const POSTGRES: Words = Words {
    now: "now()",
    money_since: since!("transaction_date::timestamp", "transactions"),
    events_since: since!("created_at AT TIME ZONE 'UTC'", "system_events"),
    nothing_dropped: "(SELECT instant FROM since) <= (SELECT to_timestamp(min(applied_at)) FROM seaql_migrations)",
};

const SQLITE: Words = Words {
    now: "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')",
    money_since: since_on_sqlite!(
        "transaction_date",
        "transactions",
        "date(min(transaction_date), '+1 day')"
    ),
    events_since: since_on_sqlite!("created_at", "system_events", "min(created_at)"),
    nothing_dropped: "(SELECT date(instant, 'start of month') FROM since) <= \
        (SELECT date(min(applied_at), 'unixepoch') FROM seaql_migrations)",
};

/// Puts the engine's words in place of
///
/// - `{text column}`, a uuid as text,
/// - `{cents amount}`, an amount in whole cents, also a sum of some; on PostgreSQL nothing where one of them is no number,
/// - `{json column}`, JSON that can be read, as SQLite keeps any text as such,
/// - `{now}`, the time in the form of the columns,
/// - `{money since}` and `{events since}`, when the transactions and the events that are known begin,
/// - `{nothing dropped}`, whether every month since the schema was made has its events, of a query that has `{events since}` as the
///   `instant` of a table `since`.
pub(super) fn spelt(sql: &str, engine: DbBackend) -> String {
    let words = match engine {
        DbBackend::Postgres => POSTGRES,
        _ => SQLITE,
    };
    let spelt = each(sql, "{text ", |column| uuid_text(column, engine));
    let spelt = each(&spelt, "{cents ", |amount| cents(amount, engine));
    each(&spelt, "{json ", |column| json(column, engine))
        .replace("{now}", words.now)
        .replace("{nothing dropped}", words.nothing_dropped)
        .replace("{money since}", words.money_since)
        .replace("{events since}", words.events_since)
}

fn each(sql: &str, opening: &str, word: impl Fn(&str) -> String) -> String {
    let mut parts = sql.split(opening);
    let mut spelt = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once('}').unwrap_or((part, ""));
        spelt.push_str(&word(column));
        spelt.push_str(rest);
    }
    spelt
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

fn cents(amount: &str, engine: DbBackend) -> String {
    let number = match engine {
        DbBackend::Postgres => format!("nullif({amount}, 'NaN')"),
        _ => amount.to_owned(),
    };
    format!("CAST(round({number} * 100) AS bigint)")
}

fn json(column: &str, engine: DbBackend) -> String {
    if engine == DbBackend::Postgres {
        return column.to_owned();
    }
    format!("CASE WHEN json_valid({column}) THEN {column} END")
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

    #[test]
    fn nothing_is_left_to_spell() {
        let sql = "SELECT {json details}, {cents sum(amount)} WHERE {nothing dropped} AND {money since} > {events since}";
        for engine in [DbBackend::Postgres, DbBackend::Sqlite] {
            assert!(!spelt(sql, engine).contains('{'), "{}", spelt(sql, engine));
        }
    }
}
