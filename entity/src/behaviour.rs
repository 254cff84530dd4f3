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

/// A table that is kept by the time in its ids: a row's id and its time must agree, so what is missing is made from what is
/// given, and a row with neither gets the next id and its instant.
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
                    let time = self.$time.try_as_ref().copied();
                    let id = self.$key.try_as_ref().copied().unwrap_or_else(|| {
                        // Ids of one millisecond keep their order only if they come from `new`.
                        let next = $id::new();
                        match time.and_then(|time| $crate::behaviour::other_instant(time, next.instant())) {
                            Some(instant) => $id::at(instant),
                            None => next,
                        }
                    });
                    if let (None, Some(instant)) = (time, id.instant()) {
                        self.$time = sea_orm::Set($crate::behaviour::RowTime::of(instant));
                    }
                    self.$key = sea_orm::Set(id);
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
pub(crate) trait RowTime: Copy + PartialEq {
    /// The column's value for a row of that instant.
    fn of(instant: DateTime<Utc>) -> Self;

    /// The first instant that has this value.
    fn start(self) -> DateTime<Utc>;
}

impl RowTime for DateTime<Utc> {
    fn of(instant: DateTime<Utc>) -> Self {
        instant
    }

    fn start(self) -> DateTime<Utc> {
        self
    }
}

impl RowTime for NaiveDate {
    fn of(instant: DateTime<Utc>) -> Self {
        instant.date_naive()
    }

    fn start(self) -> DateTime<Utc> {
        self.and_time(NaiveTime::MIN).and_utc()
    }
}

/// The instant for the id of a row of that time, unless that of the next id says the same.
pub(crate) fn other_instant<T: RowTime>(time: T, next: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    (next.map(T::of) != Some(time)).then(|| time.start())
}

/// The refusal to write into a view.
pub(crate) fn read_only_view(view: &str) -> DbErr {
    DbErr::Custom(format!("{view} is a view: its rows are read, never written"))
}
