//! What happens to a row on its way into the database, by kind of table.

/// The database fills the id for everybody else; the application makes its own, and knows it before the insert.
macro_rules! identified {
    ($model:ident, $key:ident: $id:ident) => {
        #[sea_orm::prelude::async_trait::async_trait]
        impl sea_orm::ActiveModelBehavior for $model {
            async fn before_save<C: sea_orm::ConnectionTrait>(
                mut self,
                _: &C,
                insert: bool,
            ) -> Result<Self, sea_orm::DbErr> {
                if insert && self.$key.is_not_set() {
                    self.$key = sea_orm::Set($id::new());
                }
                Ok(self)
            }
        }
    };
}

/// A table that is partitioned by the time in its ids: a row's id and its time must agree, so each is made from the other
/// where one is missing, and both from one instant where both are.
macro_rules! time_keyed {
    ($model:ident, $key:ident: $id:ident, $time:ident) => {
        #[sea_orm::prelude::async_trait::async_trait]
        impl sea_orm::ActiveModelBehavior for $model {
            async fn before_save<C: sea_orm::ConnectionTrait>(
                mut self,
                _: &C,
                insert: bool,
            ) -> Result<Self, sea_orm::DbErr> {
                if insert {
                    let id = self.$key.try_as_ref().copied();
                    let time = self.$time.try_as_ref().copied();
                    let instant = $crate::behaviour::instant(id.and_then($id::instant), time);
                    if id.is_none() {
                        self.$key = sea_orm::Set($id::at(instant));
                    }
                    if time.is_none() {
                        self.$time = sea_orm::Set($crate::behaviour::RowTime::of(instant));
                    }
                }
                Ok(self)
            }
        }
    };
}

/// A view: whatever reaches for its rows in order to change them is refused before the database is asked.
macro_rules! read_only {
    ($model:ident, $view:literal) => {
        #[sea_orm::prelude::async_trait::async_trait]
        impl sea_orm::ActiveModelBehavior for $model {
            async fn before_save<C: sea_orm::ConnectionTrait>(
                self,
                _: &C,
                _: bool,
            ) -> Result<Self, sea_orm::DbErr> {
                Err($crate::behaviour::read_only_view($view))
            }

            async fn before_delete<C: sea_orm::ConnectionTrait>(self, _: &C) -> Result<Self, sea_orm::DbErr> {
                Err($crate::behaviour::read_only_view($view))
            }
        }
    };
}

pub(crate) use {identified, read_only, time_keyed};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sea_orm::DbErr;

/// A column that dates a row.
pub(crate) trait RowTime: Copy {
    /// The column's value for a row of that instant.
    fn of(instant: DateTime<Utc>) -> Self;

    /// The instant of a row with that value: now if that is what it says, else the beginning of what it says.
    fn instant(self, now: DateTime<Utc>) -> DateTime<Utc>;
}

impl RowTime for DateTime<Utc> {
    fn of(instant: DateTime<Utc>) -> Self {
        instant
    }

    fn instant(self, _: DateTime<Utc>) -> DateTime<Utc> {
        self
    }
}

impl RowTime for NaiveDate {
    fn of(instant: DateTime<Utc>) -> Self {
        instant.date_naive()
    }

    fn instant(self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self == now.date_naive() {
            now
        } else {
            self.and_time(NaiveTime::MIN).and_utc()
        }
    }
}

/// The instant of a row: what its time column says, else what its id says, else now.
pub(crate) fn instant<T: RowTime>(of_id: Option<DateTime<Utc>>, time: Option<T>) -> DateTime<Utc> {
    let now = Utc::now();
    time.map(|time| time.instant(now)).or(of_id).unwrap_or(now)
}

/// The refusal to write into a view.
pub(crate) fn read_only_view(view: &str) -> DbErr {
    DbErr::Custom(format!("{view} is a view: its rows are read, never written"))
}
