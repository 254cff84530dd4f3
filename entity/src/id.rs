/// Makes a type for the ids of one table: a [`Uuid`](uuid::Uuid) that no other table's id can stand in for.
///
/// The database sees a plain `uuid` (16 bytes on SQLite), serde a string.
macro_rules! typed_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            sea_orm::DeriveValueType,
            serde::Serialize,
            serde::Deserialize,
        )]
        #[sea_orm(try_getable_array)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id, which sorts after those made before it (UUIDv7 of now).
            #[expect(clippy::new_without_default, reason = "two new ids are never equal, so there is no default one")]
            #[must_use]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// A new id of that instant (UUIDv7), for a row that is kept by its time and dated otherwise than now.
            ///
            /// An instant before 1970 counts as 1970.
            #[must_use]
            pub fn at(instant: chrono::DateTime<chrono::Utc>) -> Self {
                Self($crate::id::v7_at(instant))
            }

            /// The lowest id of that instant's millisecond: the bound of a time range, `id >= lowest(from) AND id < lowest(to)`.
            #[must_use]
            pub fn lowest(instant: chrono::DateTime<chrono::Utc>) -> Self {
                Self($crate::id::v7_lowest(instant))
            }

            /// The instant that the id carries, to the millisecond; `None` if it is no UUIDv7.
            #[must_use]
            pub fn instant(self) -> Option<chrono::DateTime<chrono::Utc>> {
                $crate::id::instant_of(self.0)
            }

            /// The id as a plain UUID.
            #[must_use]
            pub const fn as_uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        // SeaORM asks it of every key, for databases that count their ids.
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

pub(crate) use typed_id;

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

/// A UUIDv7 of that instant.
pub(crate) fn v7_at(instant: DateTime<Utc>) -> Uuid {
    let random: [u8; 16] = Uuid::new_v4().into_bytes();
    let mut tail = [0; 10];
    tail.copy_from_slice(&random[6..]);
    Builder::from_unix_timestamp_millis(millis(instant), &tail).into_uuid()
}

/// The lowest UUIDv7 of that instant's millisecond.
pub(crate) fn v7_lowest(instant: DateTime<Utc>) -> Uuid {
    Builder::from_unix_timestamp_millis(millis(instant), &[0; 10]).into_uuid()
}

/// The instant of a UUIDv7.
pub(crate) fn instant_of(id: Uuid) -> Option<DateTime<Utc>> {
    if id.get_version_num() != 7 {
        return None;
    }
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

fn millis(instant: DateTime<Utc>) -> u64 {
    u64::try_from(instant.timestamp_millis()).unwrap_or(0)
}
