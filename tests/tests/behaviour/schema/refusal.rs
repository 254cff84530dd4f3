//! Why a database refused a statement, in its driver's words.

use sea_orm::{DbErr, RuntimeErr};

/// What a driver reports about a refused statement.
#[derive(Debug)]
pub(super) struct Refusal {
    /// SQLSTATE, or SQLite's extended result code.
    pub(super) code: String,
    /// The name that the message or the protocol gives; for SQLite's unique indexes, its list of columns.
    pub(super) constraint: String,
}

impl Refusal {
    /// # Panics
    ///
    /// When the error is not the database's.
    pub(super) fn of(error: &DbErr) -> Self {
        let (DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source))) =
            error
        else {
            panic!("not the database's refusal: {error:?}");
        };
        let answer = source.as_database_error().expect("an answer of the database");
        let constraint = match answer.constraint() {
            Some(name) => name.to_owned(),
            None => answer
                .message()
                .rsplit_once("constraint failed: ")
                .map_or("", |(_, name)| name)
                .to_owned(),
        };
        Self {
            code: answer.code().expect("a code").into_owned(),
            constraint,
        }
    }

    pub(super) fn is_check(&self, name: &str) -> bool {
        // 1811: a trigger of SQLite, which can raise no other code.
        matches!(self.code.as_str(), "23514" | "275" | "1811") && self.constraint == name
    }

    /// NO ACTION and RESTRICT: PostgreSQL 18 and SQLite have a code of its own for the second.
    pub(super) fn is_foreign_key(&self) -> bool {
        matches!(self.code.as_str(), "23503" | "23001" | "787" | "1811")
    }

    pub(super) fn is_not_null(&self) -> bool {
        matches!(self.code.as_str(), "23502" | "1299")
    }

    pub(super) fn is_unique(&self) -> bool {
        matches!(self.code.as_str(), "23505" | "2067")
    }
}
