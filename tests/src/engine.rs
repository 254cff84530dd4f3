use sea_orm::DbBackend;

/// A database engine that every behaviour is tested on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// A database of its own in the run's PostgreSQL server.
    Postgres,
    /// A file of its own.
    Sqlite,
}

impl Engine {
    /// Whether this run tests the engine: `VIVIDWALLS_TEST=sqlite` leaves PostgreSQL out.
    ///
    /// # Panics
    ///
    /// When `VIVIDWALLS_TEST` has any other value: a misspelt choice must not pass for "everything".
    #[must_use]
    pub fn is_chosen(self) -> bool {
        match std::env::var("VIVIDWALLS_TEST") {
            Err(_) => true,
            Ok(choice) if choice.is_empty() => true,
            Ok(choice) if choice == "sqlite" => self == Self::Sqlite,
            Ok(choice) => panic!(
                "VIVIDWALLS_TEST is `{choice}`; the only choice is `sqlite`, which leaves PostgreSQL out"
            ),
        }
    }

    /// SeaORM's name for the engine.
    #[must_use]
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Postgres => DbBackend::Postgres,
            Self::Sqlite => DbBackend::Sqlite,
        }
    }
}
