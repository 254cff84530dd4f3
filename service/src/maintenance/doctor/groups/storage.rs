//! The server or the file, partitions, and views.

use super::super::registry::{Check, Engines, Mend};

pub(super) const CHECKS: &[Check] = &[
    Check::rows(
        "partitions.months",
        "Each partitioned table has a partition for every month from this one to eleven ahead.",
        include_str!("../sql/partitions_months.sql"),
        Mend::Command("cargo run -p service -- partitions ensure"),
    ).only_on(Engines::Postgres).warns(),
    Check::rows(
        "partitions.default",
        "The default partitions are empty.",
        include_str!("../sql/partitions_default.sql"),
        Mend::Command("cargo run -p service -- partitions ensure"),
    ).only_on(Engines::Postgres).warns(),
    Check::rows(
        "views.filled",
        "The materialized views have data; without any they refuse their readers.",
        include_str!("../sql/views_filled.sql"),
        Mend::Command("cargo run -p service -- views refresh"),
    ).only_on(Engines::Postgres),
    Check::rows(
        "views.fresh",
        "The materialized views were refreshed within the last two days.",
        include_str!("../sql/views_fresh.sql"),
        Mend::Command("cargo run -p service -- views refresh"),
    ).only_on(Engines::Postgres).warns(),
    Check::rows(
        "server.version",
        "The server is PostgreSQL 15 or later.",
        include_str!("../sql/server_version.sql"),
        Mend::Decision(
            "upgrade the server: functions and grants of the schema want PostgreSQL 15",
        ),
    ).only_on(Engines::Postgres),
    Check::rows(
        "server.time_zone",
        "The session is in UTC.",
        include_str!("../sql/server_time_zone.sql"),
        Mend::Decision(
            "let service::connect open the database; a pooler that loses the parameter: ALTER ROLE … SET timezone = 'UTC'",
        ),
    ).only_on(Engines::Postgres).of_the_session(),
    Check::rows(
        "server.timeouts",
        "The session limits how long a statement, a lock and an idle transaction may last.",
        include_str!("../sql/server_timeouts.sql"),
        Mend::Decision(
            "let service::connect open the database; behind PgBouncer: ALTER ROLE … SET lock_timeout = '5s', and the others likewise",
        ),
    ).only_on(Engines::Postgres).warns().of_the_session(),
    Check::rows(
        "server.autovacuum",
        "Autovacuum is on, for the server and for every table.",
        include_str!("../sql/server_autovacuum.sql"),
        Mend::EachRow,
    ).only_on(Engines::Postgres).warns(),
    Check::rows(
        "server.wraparound",
        "No table comes near the end of transaction numbers.",
        include_str!("../sql/server_wraparound.sql"),
        Mend::EachRow,
    ).only_on(Engines::Postgres),
    Check::rows(
        "file.integrity",
        "The file is whole, and its indexes say what its tables do.",
        include_str!("../sql/file_integrity.sql"),
        Mend::Decision(
            "an index: REINDEX; anything else: restore the file from a backup, or save what can be read by sqlite3 FILE .recover",
        ),
    ).only_on(Engines::Sqlite),
    Check::rows(
        "file.references",
        "Every foreign key refers to a row.",
        include_str!("../sql/file_references.sql"),
        Mend::Decision(
            "restore the parent, or delete the row by its rowid; SQLite enforces keys only where foreign_keys is on",
        ),
    ).only_on(Engines::Sqlite),
    Check::rows(
        "file.journal",
        "The file has a write-ahead log, so readers and the writer do not wait for each other.",
        include_str!("../sql/file_journal.sql"),
        Mend::Sql(
            "PRAGMA journal_mode = WAL",
        ),
    ).only_on(Engines::Sqlite).warns(),
    Check::rows(
        "file.foreign_keys",
        "The session enforces foreign keys.",
        include_str!("../sql/file_foreign_keys.sql"),
        Mend::Decision(
            "let service::connect open the database, which sets PRAGMA foreign_keys = on for every connection",
        ),
    ).only_on(Engines::Sqlite).of_the_session(),
    Check::rows(
        "file.busy_timeout",
        "The session waits for another writer.",
        include_str!("../sql/file_busy_timeout.sql"),
        Mend::Decision(
            "let service::connect open the database, which sets a busy timeout for every connection",
        ),
    ).only_on(Engines::Sqlite).warns().of_the_session(),
];
