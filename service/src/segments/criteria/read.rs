//! The values of criteria, and where they stand.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{CriteriaError, CriteriaProblem, Moment};
use crate::segments::field::FieldType;

/// The furthest that a relative time reaches back, in days: a century.
const MAX_DAYS: u32 = 36_500;

/// Where a value stands.
pub(super) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(super) fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path::Key(self, key)
    }

    pub(super) fn index(&self, index: usize) -> Path<'_> {
        Path::Index(self, index)
    }

    pub(super) fn error(&self, problem: CriteriaProblem) -> CriteriaError {
        let path = self.to_string();
        CriteriaError { path, problem }
    }

    fn expected(&self, expected: &'static str) -> CriteriaError {
        self.error(CriteriaProblem::Expected { expected })
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Path::Root, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

pub(super) fn text(json: &Value, at: &Path<'_>) -> Result<String, CriteriaError> {
    match json.as_str() {
        Some(text) if !text.contains('\0') => Ok(text.to_owned()),
        _ => Err(at.expected("a text")),
    }
}

pub(super) fn flag(json: &Value, at: &Path<'_>) -> Result<bool, CriteriaError> {
    json.as_bool().ok_or_else(|| at.expected("true or false"))
}

/// A number that the field could have; also as text, in which JavaScript does not round it.
pub(super) fn number(json: &Value, holds: FieldType, at: &Path<'_>) -> Result<Decimal, CriteriaError> {
    let scale = if holds == FieldType::Count { 0 } else { 2 };
    let limit = Decimal::from(1_000_000_000_000_i64);
    bounded(json, scale, (-limit, limit), at)
}

/// Points of a score, at most 100.
pub(super) fn points(json: &Value, min: Decimal, at: &Path<'_>) -> Result<Decimal, CriteriaError> {
    bounded(json, 2, (min, Decimal::ONE_HUNDRED), at)
}

fn bounded(
    json: &Value,
    scale: u32,
    (min, max): (Decimal, Decimal),
    at: &Path<'_>,
) -> Result<Decimal, CriteriaError> {
    let number = match json {
        Value::Number(number) => number.to_string().parse::<Decimal>().ok(),
        Value::String(text) => text.parse::<Decimal>().ok(),
        _ => None,
    };
    let number = number.ok_or_else(|| at.expected("a number"))?;
    if number < min || number > max {
        return Err(at.error(CriteriaProblem::OutOfRange { min, max }));
    }
    if number.normalize().scale() > scale {
        return Err(at.error(CriteriaProblem::TooManyDecimals { scale }));
    }
    Ok(number.normalize())
}

/// An instant, a day, or `{"days_ago": n}` or `{"hours_ago": n}`.
pub(super) fn moment(json: &Value, at: &Path<'_>) -> Result<Moment, CriteriaError> {
    const EXPECTED: &str = "a time of RFC 3339, a day, {\"days_ago\": n} or {\"hours_ago\": n}";
    match json {
        Value::String(text) => instant(text).map(Moment::At).ok_or_else(|| at.expected(EXPECTED)),
        Value::Object(members) if members.len() == 1 => {
            let (key, value) = members.iter().next().ok_or_else(|| at.expected(EXPECTED))?;
            let hours = match key.as_str() {
                "days_ago" => 24,
                "hours_ago" => 1,
                _ => return Err(at.expected(EXPECTED)),
            };
            let max = MAX_DAYS * 24 / hours;
            match value.as_u64().and_then(|n| u32::try_from(n).ok()) {
                Some(n) if n <= max => Ok(Moment::HoursAgo(n * hours)),
                _ => Err(at.key(key).error(CriteriaProblem::OutOfRange {
                    min: Decimal::ZERO,
                    max: max.into(),
                })),
            }
        }
        _ => Err(at.expected(EXPECTED)),
    }
}

/// To the microsecond, which is what a column holds, and within the years that both engines compare alike.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = match DateTime::parse_from_rfc3339(text) {
        Ok(instant) => instant.to_utc(),
        Err(_) => text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc(),
    };
    let year = chrono::Datelike::year(&instant);
    (1..=9999).contains(&year).then(|| instant.trunc_subsecs(6))
}
