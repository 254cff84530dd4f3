//! Whether two texts are the same value, and which form SQLite keeps.

use std::str::FromStr;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sea_orm::Value;
use uuid::Uuid;

use super::super::archive::Kind;

/// Whether a field of an archive and one of the database are the same value, whichever engine wrote them.
pub(super) fn same(kind: Kind, archived: Option<&str>, stored: Option<&str>) -> bool {
    let (Some(archived), Some(stored)) = (archived, stored) else {
        return archived.is_none() && stored.is_none();
    };
    archived == stored
        || match kind {
            Kind::Decimal(_) => equal::<Decimal>(archived, stored),
            Kind::Timestamp => matches!((instant(archived), instant(stored)), (Some(a), Some(b)) if a == b),
            Kind::Json => equal::<serde_json::Value>(archived, stored),
            Kind::Uuid => equal::<Uuid>(archived, stored),
            Kind::Integer | Kind::Text => false,
        }
}

fn equal<T: FromStr + PartialEq>(a: &str, b: &str) -> bool {
    matches!((a.parse::<T>(), b.parse::<T>()), (Ok(a), Ok(b)) if a == b)
}

/// As PostgreSQL writes it, `2024-01-05 10:11:12.123456+00`, or as SQLite keeps it.
fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
        .ok()
}

/// The value as SQLite keeps it; `None` when the text is none of its kind.
pub(super) fn value(kind: Kind, text: Option<&str>) -> Option<Value> {
    let Some(text) = text else {
        return Some(match kind {
            Kind::Uuid => Value::Uuid(None),
            _ => Value::String(None),
        });
    };
    Some(match kind {
        Kind::Uuid => text.parse::<Uuid>().ok()?.into(),
        // Its columns turn the text into a number.
        Kind::Decimal(_) => text.parse::<Decimal>().ok()?.to_string().into(),
        Kind::Integer => text.parse::<i64>().ok()?.into(),
        // The digits stay as they were written.
        Kind::Timestamp if DateTime::parse_from_rfc3339(text).is_ok() => text.into(),
        Kind::Timestamp => instant(text)?
            .with_timezone(&Utc)
            .to_rfc3339_opts(SecondsFormat::AutoSi, false)
            .into(),
        Kind::Json | Kind::Text => text.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_both_engines_are_one_value() {
        let forms = ["2024-01-05 10:11:12.5+00", "2024-01-05T10:11:12.500+00:00"];
        assert!(same(Kind::Timestamp, Some(forms[0]), Some(forms[1])));
        assert!(same(Kind::Json, Some(r#"{"a": 1}"#), Some(r#"{"a":1}"#)));
        assert!(same(Kind::Decimal(2), Some("225.90"), Some("225.9")));
        assert!(!same(Kind::Text, Some(""), None));
        assert_eq!(
            value(Kind::Timestamp, Some(forms[0])),
            Some("2024-01-05T10:11:12.500+00:00".into())
        );
        assert_eq!(value(Kind::Timestamp, Some("infinity")), None);
    }
}
