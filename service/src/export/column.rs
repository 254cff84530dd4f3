//! What a column holds, whatever its table.

use rust_decimal::Decimal;
use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait, IdenStatic as _, Iterable as _, PrimaryKeyToColumn as _,
};

/// A column of a table or view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) nullable: bool,
    /// Whether it is a part of the primary key.
    pub(super) is_key: bool,
}

/// What its values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Text,
    Int,
    BigInt,
    Bool,
    /// Digits, and how many of them are decimals.
    Decimal(u8, u8),
    Timestamp,
    Date,
    Json,
}

/// The columns of a table, in its order.
pub(super) fn columns<E: EntityTrait>() -> Result<Vec<Column>, DbErr> {
    E::Column::iter()
        .map(|column| {
            let definition = column.def();
            let kind = kind(definition.get_column_type())?;
            Ok(Column {
                name: column.as_str(),
                kind,
                nullable: definition.is_null(),
                is_key: E::PrimaryKey::iter().any(|key| key.into_column().as_str() == column.as_str()),
            })
        })
        .collect()
}

fn kind(column: &ColumnType) -> Result<Kind, DbErr> {
    Ok(match column {
        ColumnType::Uuid => Kind::Uuid,
        ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text => Kind::Text,
        ColumnType::SmallInteger | ColumnType::Integer => Kind::Int,
        ColumnType::BigInteger => Kind::BigInt,
        ColumnType::Boolean => Kind::Bool,
        ColumnType::Decimal(Some((precision, scale))) => Kind::Decimal(
            u8::try_from(*precision).unwrap_or(u8::MAX),
            u8::try_from(*scale).unwrap_or(u8::MAX),
        ),
        ColumnType::TimestampWithTimeZone => Kind::Timestamp,
        ColumnType::Date => Kind::Date,
        ColumnType::Json | ColumnType::JsonBinary => Kind::Json,
        other => return Err(DbErr::Custom(format!("no format has {other:?}"))),
    })
}

/// An amount with all decimals of its column, also where the engine does not keep them.
pub(super) fn to_scale(value: Decimal, scale: u8) -> Decimal {
    let mut value = value.round_dp(scale.into());
    value.rescale(scale.into());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_column() {
        assert_eq!(to_scale("225.9".parse().unwrap(), 2).to_string(), "225.90");
        assert_eq!(
            to_scale("0.30000000000000004".parse().unwrap(), 4).to_string(),
            "0.3000"
        );
    }
}
