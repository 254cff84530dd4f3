//! What a column holds, read from either engine's spelling.

use super::CatalogueError;

/// The type of a column, as both engines have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `uuid`; 16 bytes on SQLite.
    Uuid,
    /// `varchar(n)`.
    Varchar(u32),
    /// `text`.
    Text,
    /// `boolean`.
    Boolean,
    /// `integer`, 32 bits.
    Integer,
    /// `bigint`, 64 bits.
    BigInteger,
    /// `numeric(precision, scale)`; `real(precision, scale)` on SQLite.
    Decimal(u32, u32),
    /// `double precision`.
    Double,
    /// `timestamptz`; text in UTC on SQLite.
    TimestampTz,
    /// `date`.
    Date,
    /// `jsonb`.
    Json,
}

impl Type {
    /// Reads a type as the engine's catalogue spells it: `character varying(50)`, `uuid_text`, `real(12, 2)`.
    pub(super) fn parse(relation: &str, column: &str, declared: &str) -> Result<Self, CatalogueError> {
        Self::from_declared(declared).ok_or_else(|| CatalogueError::UnknownType {
            relation: relation.to_owned(),
            column: column.to_owned(),
            declared: declared.to_owned(),
        })
    }

    fn from_declared(declared: &str) -> Option<Self> {
        let declared = declared.trim().to_ascii_lowercase();
        let (name, sizes) = match declared.split_once('(') {
            Some((name, rest)) => (name.trim_end(), parse_sizes(rest)?),
            None => (declared.as_str(), Vec::new()),
        };
        Some(match (name, sizes.as_slice()) {
            ("uuid" | "uuid_text", []) => Self::Uuid,
            ("character varying" | "varchar", [length]) => Self::Varchar(*length),
            ("text", []) => Self::Text,
            ("boolean", []) => Self::Boolean,
            ("integer", []) => Self::Integer,
            ("bigint", []) => Self::BigInteger,
            ("numeric" | "real" | "decimal" | "real_decimal", [precision, scale]) => {
                Self::Decimal(*precision, *scale)
            }
            ("double precision" | "double", []) => Self::Double,
            ("timestamp with time zone" | "timestamp_with_timezone_text", []) => Self::TimestampTz,
            ("date" | "date_text", []) => Self::Date,
            ("jsonb" | "jsonb_text", []) => Self::Json,
            _ => return None,
        })
    }
}

fn parse_sizes(rest: &str) -> Option<Vec<u32>> {
    rest.strip_suffix(')')?
        .split(',')
        .map(|size| size.trim().parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_spell_the_same_types() {
        for (postgres, sqlite, ty) in [
            ("uuid", "uuid_text", Type::Uuid),
            ("character varying(50)", "varchar(50)", Type::Varchar(50)),
            ("numeric(12,2)", "real(12, 2)", Type::Decimal(12, 2)),
            (
                "timestamp with time zone",
                "timestamp_with_timezone_text",
                Type::TimestampTz,
            ),
            ("date", "date_text", Type::Date),
            ("jsonb", "jsonb_text", Type::Json),
            ("bigint", "BIGINT", Type::BigInteger),
        ] {
            assert_eq!(Type::from_declared(postgres), Some(ty), "{postgres}");
            assert_eq!(Type::from_declared(sqlite), Some(ty), "{sqlite}");
        }
    }

    #[test]
    fn a_type_of_one_engine_only_is_refused_with_its_column() {
        let error = Type::parse("places", "at", "point").unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"places.at is of type "point", which has no counterpart on the other engine"#
        );
    }
}
