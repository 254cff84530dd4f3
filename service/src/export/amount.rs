//! Amounts as far as PostgreSQL knows them: its numeric has a NaN, which [`Decimal`] has not.

use rust_decimal::Decimal;
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::postgres::{PgTypeInfo, PgValueFormat, PgValueRef};
use sea_orm::sqlx::{Decode, Postgres, Type};

/// Where the sign of a number is, and what stands there of none.
const SIGN: std::ops::Range<usize> = 4..6;
const NAN: [u8; 2] = [0xC0, 0x00];

/// An amount; `None` is none.
pub(super) struct Amount(pub(super) Option<Decimal>);

impl Type<Postgres> for Amount {
    fn type_info() -> PgTypeInfo {
        <Decimal as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Amount {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let is_number = match value.format() {
            PgValueFormat::Binary => value.as_bytes()?.get(SIGN) != Some(&NAN),
            PgValueFormat::Text => value.as_str()? != "NaN",
        };
        let number = is_number.then(|| <Decimal as Decode<Postgres>>::decode(value));
        number.transpose().map(Self)
    }
}
