//! The SQL of every migration, read by a linter for PostgreSQL migrations.
//!
//! No server: the migrations run on a mock that writes down what it is sent.

use migration::Migrator;
use sea_orm::{DatabaseBackend, MockDatabase, MockExecResult};
use sea_orm_migration::{MigratorTrait, SchemaManager};
use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

/// A rule that does not fit where the text begins like this, and why.
type Exception = (Rule, &'static [&'static str], &'static str);

const EXCEPTIONS: [Exception; 5] = [
    (
        Rule::RequireStatementTimeout,
        &["CREATE ", "ALTER TABLE inventory SET "],
        "a statement may take as long as the data needs; what must be short is the time that others wait, and \
         lock_timeout bounds that",
    ),
    (
        Rule::PreferTextField,
        &["varchar("],
        "the contract gives these columns a length",
    ),
    (
        Rule::PreferBigintOverInt,
        &["integer"],
        "the contract says int, and no count of pieces or days comes near two thousand million",
    ),
    (
        Rule::RequireConcurrentIndexCreation,
        &[
            "CREATE UNIQUE INDEX idx_customer_lifetime_value_",
            "CREATE UNIQUE INDEX idx_product_performance_",
            "CREATE UNIQUE INDEX idx_agent_performance_",
        ],
        "the materialized view was made in the same transaction, so nobody reads it yet; the linter knows that of tables only",
    ),
    (
        Rule::RequireConcurrentIndexCreation,
        &["CREATE INDEX "],
        "a migration is one transaction, which has no concurrent creation, and neither has a partitioned table; \
         writers wait for as long as it takes",
    ),
];

const EXCEPTIONS_OF_DOWN: [Exception; 7] = [
    (
        Rule::RequireStatementTimeout,
        &["DROP ", "ALTER TABLE inventory RESET "],
        "as for `up`",
    ),
    (
        Rule::RequireConcurrentIndexDeletion,
        &["DROP INDEX "],
        "as for `up`",
    ),
    (
        Rule::BanDropTable,
        &["DROP TABLE "],
        "rolling a migration back drops what it made, and asks before that",
    ),
    (
        Rule::BanDropColumn,
        &["DROP COLUMN "],
        "rolling a migration back drops what it made, and asks before that",
    ),
    (
        Rule::BanDropSequence,
        &["DROP SEQUENCE "],
        "rolling a migration back drops what it made",
    ),
    (
        Rule::BanDropFunction,
        &["DROP FUNCTION "],
        "rolling a migration back drops what it made",
    ),
    (
        Rule::BanDropView,
        &["DROP MATERIALIZED VIEW "],
        "rolling a migration back drops what it made",
    ),
];

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

/// Name and statements of each migration.
async fn statements(direction: Direction) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for migration in Migrator::migrations() {
        let done = (0..1000).map(|_| MockExecResult {
            last_insert_id: 0,
            rows_affected: 0,
        });
        let db = MockDatabase::new(DatabaseBackend::Postgres)
            .append_exec_results(done)
            .into_connection();
        let manager = SchemaManager::new(&db);
        match direction {
            Direction::Up => migration.up(&manager).await.unwrap(),
            Direction::Down => migration.down(&manager).await.unwrap(),
        }
        let log = db.into_transaction_log();
        let sql = log
            .iter()
            .flat_map(|entry| entry.statements())
            .map(ToString::to_string)
            .collect();
        all.push((migration.name().to_owned(), sql));
    }
    all
}

/// What the rules say about statements that run in one transaction.
fn lint(statements: &[String]) -> Vec<Complaint> {
    // As the runner does it; that it does is another test.
    let mut text = "SET LOCAL lock_timeout = '5s';\n".to_owned();
    for statement in statements {
        text.push_str(statement.trim_end().trim_end_matches(';'));
        text.push_str(";\n");
    }
    let parsed = SourceFile::parse(&text);
    assert!(parsed.errors().is_empty(), "{:?} in {text}", parsed.errors());
    let mut linter = Linter::with_default_rules();
    linter.settings.assume_in_transaction = true;
    linter
        .lint(&parsed, &text)
        .into_iter()
        .map(|violation| Complaint {
            rule: violation.code,
            text: text[usize::from(violation.text_range.start())..]
                .chars()
                .take(100)
                .collect(),
        })
        .collect()
}

#[derive(Debug)]
struct Complaint {
    rule: Rule,
    text: String,
}

impl Complaint {
    fn falls_under(&self, (rule, texts, _): &Exception) -> bool {
        self.rule == *rule && texts.iter().any(|text| self.text.starts_with(text))
    }
}

async fn complaints(direction: Direction) -> Vec<(String, Complaint)> {
    let mut complaints = Vec::new();
    for (migration, statements) in statements(direction).await {
        assert!(!statements.is_empty(), "{migration} sends nothing");
        complaints.extend(
            lint(&statements)
                .into_iter()
                .map(|complaint| (migration.clone(), complaint)),
        );
    }
    complaints
}

async fn holds_but_for(exceptions: &[Exception], direction: Direction) {
    let complaints = complaints(direction).await;
    let unexpected: Vec<_> = complaints
        .iter()
        .filter(|(_, complaint)| {
            !exceptions
                .iter()
                .any(|exception| complaint.falls_under(exception))
        })
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    for exception in exceptions {
        assert!(
            complaints
                .iter()
                .any(|(_, complaint)| complaint.falls_under(exception)),
            "{:?} is no longer needed",
            exception.0
        );
    }
}

#[tokio::test]
async fn the_linter_has_nothing_to_say_about_applying_any_migration() {
    holds_but_for(&EXCEPTIONS, Direction::Up).await;
}

#[tokio::test]
async fn the_linter_has_nothing_to_say_about_rolling_any_migration_back() {
    holds_but_for(&EXCEPTIONS_OF_DOWN, Direction::Down).await;
}
