//! Who belongs to a segment: a small language in JSON, as typed expressions.
//!
//! ```json
//! {
//!   "all": [
//!     { "field": "net", "gte": 500 },
//!     { "any": [
//!       { "field": "tags", "contains": "trade" },
//!       { "not": { "field": "company", "is_null": true } }
//!     ] },
//!     { "field": "last_order_at", "after": { "days_ago": 365 } }
//!   ],
//!   "score": { "base": 40, "add": [ { "when": { "field": "vip_status", "eq": true }, "points": 30 } ] }
//! }
//! ```
//!
//! A condition is one of `all` (every one holds; an empty list holds for everybody), `any` (at least one; an empty list for
//! nobody), `not`, and a comparison of a `field`, which may carry several operators that all have to hold. There are two answers and
//! never a third: a value that is absent compares to nothing, so every comparison with it is false, and its `ne` and its `not` are
//! true. Texts compare byte by byte.
//!
//! A time is RFC 3339 text, a day (its midnight in UTC), or relative to the moment of the question: `{"days_ago": 90}`,
//! `{"hours_ago": 6}`. Beside the condition a `score` may say how well a member fits: `base` (50 if not given), and points for each
//! further condition that holds; the sum is kept between 0 and 100.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::field::Field;

mod error;
mod parse;
mod read;

pub use error::{CriteriaError, CriteriaProblem};

/// The deepest nesting of conditions.
pub const MAX_DEPTH: usize = 16;

/// The most conditions of one segment, those of its score included.
pub const MAX_CONDITIONS: usize = 200;

/// The most values of one `in`.
pub const MAX_VALUES: usize = 500;

/// Who belongs to a segment, and how well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criteria {
    /// Who is a member.
    pub condition: Condition,
    /// How well a member fits.
    pub score: Score,
}

/// What holds for a customer, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Every one of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// The contrary.
    Not(Box<Condition>),
    /// A field against a value.
    Compare(Field, Comparison),
}

/// How a field is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Against a number.
    Number(Order, Decimal),
    /// One of these numbers.
    OneOfNumbers(Vec<Decimal>),
    /// This text.
    Text(String),
    /// One of these texts.
    OneOfTexts(Vec<String>),
    /// This flag.
    Flag(bool),
    /// Holds this tag.
    Contains(String),
    /// Against an instant.
    Time(Order, Moment),
    /// There is no value.
    IsNull,
}

/// The side on which a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "they say themselves")]
pub enum Order {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

/// An instant, or one relative to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// This instant.
    At(DateTime<Utc>),
    /// So many hours before the question.
    HoursAgo(u32),
}

/// How well a member fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// What every member has: 0 to 100, with at most two decimals.
    pub base: Decimal,
    /// What is added for a condition that holds: −100 to 100.
    pub add: Vec<Bonus>,
}

/// Points for a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bonus {
    /// When it holds …
    pub when: Condition,
    /// … these are added.
    pub points: Decimal,
}

impl Criteria {
    /// Reads criteria.
    ///
    /// # Errors
    ///
    /// The first thing that is not understood, with its path (`all[1].gte`).
    pub fn parse(json: &Value) -> Result<Self, CriteriaError> {
        parse::criteria(json)
    }

    /// Every field that decides who is a member or how well.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        self.condition.collect(&mut fields);
        for bonus in &self.score.add {
            bonus.when.collect(&mut fields);
        }
        fields
    }
}

impl Condition {
    pub(super) fn collect(&self, fields: &mut Vec<Field>) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                for condition in conditions {
                    condition.collect(fields);
                }
            }
            Self::Not(condition) => condition.collect(fields),
            Self::Compare(field, _) => fields.push(*field),
        }
    }
}
