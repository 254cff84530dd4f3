//! What the database fills in, whatever the expression that does it.

use super::Type;
use super::lexer::{Token, tokens};

/// The default of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultKind {
    /// A random UUID.
    Uuid,
    /// A UUID that carries the time of its making (RFC 9562, version 7).
    UuidV7,
    /// The time of the transaction or statement.
    Now,
    /// The current date in UTC.
    Today,
    /// A literal, without quotes, casts and superfluous zeros.
    Literal(String),
}

impl DefaultKind {
    /// Reads a default expression of a column of that type.
    pub(super) fn parse(ty: Type, expression: &str) -> Self {
        match ty {
            Type::Uuid if expression.contains("uuid_v7") || expression.contains("'7'") => Self::UuidV7,
            Type::Uuid => Self::Uuid,
            Type::TimestampTz => Self::Now,
            Type::Date => Self::Today,
            _ => Self::Literal(literal(ty, expression)),
        }
    }
}

/// The first literal of the expression: `'active'::character varying`, `(0)`, `0.00` and `TRUE` are `active`, `0`, `0`, `true`.
fn literal(ty: Type, expression: &str) -> String {
    let mut sign = "";
    for token in tokens(expression) {
        match token {
            Token::Symbol('-') => sign = "-",
            Token::Symbol(_) | Token::Comment(_) => {}
            Token::Text(text) => return text,
            Token::Word(word) | Token::Quoted(word) => return format!("{sign}{}", plain(ty, &word)),
        }
    }
    expression.to_owned()
}

fn plain(ty: Type, word: &str) -> String {
    let word = word.to_ascii_lowercase();
    match (ty, word.as_str()) {
        (Type::Boolean, "1") => "true".to_owned(),
        (Type::Boolean, "0") => "false".to_owned(),
        (Type::Decimal(..) | Type::Double, number) if number.contains('.') => {
            number.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_read_the_same_on_both_engines() {
        let text = |text: &str| DefaultKind::Literal(text.to_owned());
        for (ty, postgres, sqlite, kind) in [
            (
                Type::Varchar(50),
                "'active'::character varying",
                "'active'",
                text("active"),
            ),
            (Type::Json, "'[]'::jsonb", "'[]'", text("[]")),
            (Type::Boolean, "true", "TRUE", text("true")),
            (Type::Integer, "'-5'::integer", "-5", text("-5")),
            (Type::Decimal(12, 2), "0", "0.00", text("0")),
            (
                Type::Uuid,
                "gen_random_uuid()",
                "(unhex(hex(randomblob(16))))",
                DefaultKind::Uuid,
            ),
            (
                Type::Uuid,
                "uuid_v7()",
                "(unhex('00' || '7'))",
                DefaultKind::UuidV7,
            ),
            (
                Type::TimestampTz,
                "CURRENT_TIMESTAMP",
                "(strftime('%FT%T+00:00'))",
                DefaultKind::Now,
            ),
            (
                Type::Date,
                "(now() AT TIME ZONE 'UTC')::date",
                "(date('now'))",
                DefaultKind::Today,
            ),
        ] {
            assert_eq!(DefaultKind::parse(ty, postgres), kind, "{postgres}");
            assert_eq!(DefaultKind::parse(ty, sqlite), kind, "{sqlite}");
        }
    }
}
