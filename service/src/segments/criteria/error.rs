//! What can be wrong with criteria.

use rust_decimal::Decimal;
use thiserror::Error;

use super::super::field::FieldType;

/// Criteria that are not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("criteria{}{path}: {problem}", if path.is_empty() { "" } else { "." })]
pub struct CriteriaError {
    /// Where: `all[1].gte`; empty for the whole.
    pub path: String,
    /// What.
    pub problem: CriteriaProblem,
}

/// What is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CriteriaProblem {
    /// A value of another kind than the place needs.
    #[error("should be {expected}")]
    Expected {
        /// What it should be.
        expected: &'static str,
    },
    /// None, or more than one, of `all`, `any`, `not` and `field`.
    #[error("needs exactly one of all, any, not and field")]
    NoCondition,
    /// A comparison without an operator.
    #[error("compares with nothing")]
    NoOperator,
    /// A key that the place does not know.
    #[error("does not know {key:?}")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A field that customers do not have.
    #[error("there is no field {name:?}")]
    UnknownField {
        /// The name.
        name: String,
    },
    /// An operator that does not fit what the field holds.
    #[error("does not compare {holds:?}")]
    NotComparable {
        /// What the field holds.
        holds: FieldType,
    },
    /// `is_null` of a field that every customer has.
    #[error("is never absent")]
    NeverAbsent,
    /// Conditions inside of conditions inside of conditions.
    #[error("is nested deeper than {max} levels")]
    TooDeep {
        /// The limit.
        max: usize,
    },
    /// More conditions or values than a statement should carry.
    #[error("has more than {max} elements")]
    TooMany {
        /// The limit.
        max: usize,
    },
    /// A number outside of its bounds.
    #[error("is not between {min} and {max}")]
    OutOfRange {
        /// The smallest value that is allowed.
        min: Decimal,
        /// The largest value that is allowed.
        max: Decimal,
    },
    /// More decimals than the field has.
    #[error("has more than {scale} decimals")]
    TooManyDecimals {
        /// How many the field has.
        scale: u32,
    },
}
