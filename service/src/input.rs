//! What a command may contain, checked before a statement is sent, the same on both engines.
//!
//! The engines differ here: PostgreSQL limits texts and rounds decimals, SQLite does neither and stores a NUL that PostgreSQL
//! refuses. So a value that its column does not hold exactly is refused up front, and never rounded or cut. All problems of a
//! command are reported together, each with the path of its field (`variants[2].sku`).

mod email;
mod json;
mod money;

use std::fmt;

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;
use thiserror::Error;

pub(crate) use email::normalized_email;
pub(crate) use json::same_json;
pub use json::{MAX_JSON_BYTES, MAX_JSON_DEPTH};

/// A command that breaks rules which need no database to check.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", Problems(.problems))]
pub struct InvalidInput {
    /// Every problem, in the order of the command's fields; never empty.
    pub problems: Vec<Problem>,
}

/// One field and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The path of the field inside the command.
    pub field: String,
    /// What is wrong with it.
    pub rule: Rule,
}

/// A rule that a field breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rule {
    /// Nothing but white space where something is needed.
    #[error("is blank")]
    Blank,
    /// More characters than the column holds.
    #[error("has {actual} characters, at most {max} fit")]
    TooLong {
        /// What the column holds.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// A NUL character, which PostgreSQL cannot store.
    #[error("holds a NUL character")]
    Nul,
    /// Below zero.
    #[error("is negative")]
    Negative,
    /// Zero or less where at least one is needed.
    #[error("is not positive")]
    NotPositive,
    /// More decimals than the column holds.
    #[error("has more than {scale} decimals")]
    TooManyDecimals {
        /// How many decimals the column holds.
        scale: u32,
    },
    /// A number beyond what the column holds.
    #[error("is larger than {max}")]
    TooLarge {
        /// The largest value that fits.
        max: Decimal,
    },
    /// More elements than a command may carry.
    #[error("has {actual} elements, at most {max} are allowed")]
    TooMany {
        /// The limit.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// A value that the same command contains already.
    #[error("occurs twice")]
    Repeated,
    /// A period that ends before it starts.
    #[error("ends before it starts")]
    EndsBeforeStart,
    /// Both ends of a transfer are the same place.
    #[error("is where it already is")]
    SamePlace,
    /// Nothing to do.
    #[error("is empty")]
    Empty,
    /// A number outside of a column's range.
    #[error("is not between {min} and {max}")]
    OutOfRange {
        /// The smallest value that is allowed.
        min: Decimal,
        /// The largest value that is allowed.
        max: Decimal,
    },
    /// No currency of ISO 4217, in capitals.
    #[error("is no currency of ISO 4217")]
    UnknownCurrency,
    /// No e-mail address.
    #[error("is no e-mail address")]
    NotAnEmail,
    /// No object where JSON has to be one.
    #[error("is no JSON object")]
    NotAnObject,
    /// JSON that takes more bytes than a column should hold.
    #[error("takes {actual} bytes, at most {max} are allowed")]
    TooManyBytes {
        /// The limit.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// JSON that is nested deeper than readers should have to follow.
    #[error("is nested deeper than {max} levels")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// An id that carries no instant, for a row whose id has to (UUIDv7).
    #[error("is no UUIDv7")]
    NotTimeOrdered,
    /// An instant or a date that differs from the one its id carries.
    #[error("differs from the time in the id")]
    OtherTimeThanId,
    /// Two fields that cannot both be given, or not without each other.
    #[error("does not go together with {other}")]
    Conflicts {
        /// The other field.
        other: &'static str,
    },
    /// A form that the field's rule of its own does not accept.
    #[error("is not {expected}")]
    Malformed {
        /// What it should be.
        expected: &'static str,
    },
}

struct Problems<'a>(&'a [Problem]);

impl fmt::Display for Problems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", problem.field, problem.rule)?;
        }
        Ok(())
    }
}

/// Whether a column can hold the text at all. PostgreSQL refuses even to look for one that it cannot.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Collects the problems of one command.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    problems: Vec<Problem>,
}

impl Checks {
    pub(crate) fn refuse(&mut self, field: impl Into<String>, rule: Rule) {
        self.problems.push(Problem {
            field: field.into(),
            rule,
        });
    }

    /// A text that may be empty but must fit.
    pub(crate) fn text(&mut self, field: impl Into<String>, value: &str, max: usize) {
        let actual = value.chars().count();
        if !is_storable(value) {
            self.refuse(field, Rule::Nul);
        } else if actual > max {
            self.refuse(field, Rule::TooLong { max, actual });
        }
    }

    /// A text that must say something.
    pub(crate) fn name(&mut self, field: impl Into<String>, value: &str, max: usize) {
        if value.trim().is_empty() {
            self.refuse(field, Rule::Blank);
        } else {
            self.text(field, value, max);
        }
    }

    /// An amount of a `decimal(precision, scale)` column, zero or more.
    pub(crate) fn amount(
        &mut self,
        field: impl Into<String>,
        value: Decimal,
        (precision, scale): (u32, u32),
    ) {
        let max = Decimal::from_i128_with_scale(10_i128.pow(precision) - 1, scale);
        if value.is_sign_negative() && !value.is_zero() {
            self.refuse(field, Rule::Negative);
        } else if value.normalize().scale() > scale {
            self.refuse(field, Rule::TooManyDecimals { scale });
        } else if value > max {
            self.refuse(field, Rule::TooLarge { max });
        }
    }

    pub(crate) fn not_negative(&mut self, field: impl Into<String>, value: i32) {
        if value < 0 {
            self.refuse(field, Rule::Negative);
        }
    }

    pub(crate) fn positive(&mut self, field: impl Into<String>, value: i32) {
        if value <= 0 {
            self.refuse(field, Rule::NotPositive);
        }
    }

    pub(crate) fn at_most(&mut self, field: impl Into<String>, actual: usize, max: usize) {
        if actual > max {
            self.refuse(field, Rule::TooMany { max, actual });
        }
    }

    /// An instant that both engines store and sort alike: SQLite keeps it as text, PostgreSQL knows none before 4714 BC.
    pub(crate) fn instant(&mut self, field: impl Into<String>, value: DateTime<Utc>) {
        if !(1..=9_999).contains(&value.year()) {
            let expected = "an instant of the years 1 to 9999";
            self.refuse(field, Rule::Malformed { expected });
        }
    }

    pub(crate) fn finish(self) -> Result<(), InvalidInput> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(InvalidInput {
                problems: self.problems,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(check: impl FnOnce(&mut Checks)) -> Vec<Rule> {
        let mut checks = Checks::default();
        check(&mut checks);
        checks.problems.into_iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn a_price_is_refused_rather_than_rounded() {
        let price = |text: &str| rules(|c| c.amount("price", text.parse().unwrap(), (10, 2)));
        assert_eq!(price("0"), []);
        assert_eq!(price("99999999.99"), []);
        assert_eq!(price("12.500"), []);
        assert_eq!(price("-0.00"), []);
        assert_eq!(price("12.505"), [Rule::TooManyDecimals { scale: 2 }]);
        assert_eq!(price("-0.01"), [Rule::Negative]);
        assert_eq!(
            price("100000000"),
            [Rule::TooLarge {
                max: "99999999.99".parse().unwrap()
            }]
        );
    }

    #[test]
    fn a_text_is_measured_in_characters_and_has_no_nul() {
        assert_eq!(rules(|c| c.name("sku", "ÄÖÜ", 3)), []);
        assert_eq!(
            rules(|c| c.name("sku", "ÄÖÜß", 3)),
            [Rule::TooLong { max: 3, actual: 4 }]
        );
        assert_eq!(rules(|c| c.name("sku", " \t", 3)), [Rule::Blank]);
        assert_eq!(rules(|c| c.text("sku", "a\0b", 9)), [Rule::Nul]);
    }

    #[test]
    fn an_error_lists_every_problem_with_its_field() {
        let mut checks = Checks::default();
        checks.name("title", "", 500);
        checks.positive("lines[1].quantity", 0);
        let error = checks.finish().unwrap_err();
        assert_eq!(
            error.to_string(),
            "title is blank; lines[1].quantity is not positive"
        );
    }
}
