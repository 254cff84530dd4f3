//! The schema in which the migrated tables are, which need not be the first of the search path: a schema that is called like the role
//! comes before `public`.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::object::{Kind, Objects};
use crate::maintenance::doctor::examination::{Fault, Repair, Severity};

const HOME: &str = include_str!("home.sql");

/// Makes a schema the first of the path for the rest of the transaction.
const COME_FIRST: &str = "SELECT set_config('search_path', $1, true)";

/// Where the tables are.
pub(super) enum Home {
    /// In the current schema, or nowhere.
    Current,
    /// In a later schema of the search path.
    Later(Later),
    /// In a schema that the search path does not have.
    Elsewhere {
        /// The schema, as SQL writes it.
        schema: String,
        search_path: String,
    },
}

/// A schema that is not the first of the search path.
pub(super) struct Later {
    /// As SQL writes it.
    schema: String,
    /// What comes first.
    current: String,
    /// The tables of ours that another schema's relations hide.
    hidden: Vec<String>,
    /// The search path in which it comes first.
    path: String,
}

/// A schema that has tables of ours.
struct Candidate {
    row: Place,
    is_current: bool,
    /// Where the search path has it.
    position: Option<i64>,
    tables: i64,
}

struct Place {
    schema: String,
    current: String,
    hidden: String,
    search_path: String,
}

impl Candidate {
    fn read(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            row: Place {
                schema: row.try_get("", "quoted")?,
                current: row.try_get("", "current")?,
                hidden: row.try_get("", "hidden")?,
                search_path: row.try_get("", "search_path")?,
            },
            is_current: row.try_get("", "is_current")?,
            position: row.try_get("", "position")?,
            tables: row.try_get("", "tables")?,
        })
    }
}

/// Finds the schema, and lets the rest of the transaction read it before the others of the search path. One statement, and one
/// more when it is not the first.
pub(super) async fn find<C: ConnectionTrait>(db: &C, expected: &Objects) -> Result<Home, DbErr> {
    let tables: Vec<_> = expected
        .keys()
        .filter(|(kind, _)| *kind == Kind::Table)
        .map(|(_, name)| name.as_str())
        .collect();
    let sql = HOME.replace("{tables}", &tables.join(","));
    let engine = DbBackend::Postgres;
    let rows = db.query_all_raw(Statement::from_string(engine, sql)).await?;
    let candidates: Vec<_> = rows.iter().map(Candidate::read).collect::<Result<_, _>>()?;
    let home = of(candidates, tables.len());
    if let Home::Later(later) = &home {
        let first = Statement::from_sql_and_values(engine, COME_FIRST, [later.path.as_str().into()]);
        db.query_one_raw(first).await?;
    }
    Ok(home)
}

/// The first schema of the path that has at least half of the tables: where only one is missing another schema is not meant.
fn of(candidates: Vec<Candidate>, tables: usize) -> Home {
    let has_most = |candidate: &Candidate| usize::try_from(candidate.tables).is_ok_and(|n| n * 2 >= tables);
    let (on_path, off_path): (Vec<_>, Vec<_>) = candidates
        .into_iter()
        .partition(|candidate| candidate.position.is_some());
    let found = match on_path.iter().position(has_most) {
        Some(n) => on_path.into_iter().nth(n),
        None => match off_path.into_iter().find(has_most) {
            Some(Candidate { row, .. }) => {
                return Home::Elsewhere {
                    schema: row.schema,
                    search_path: row.search_path,
                };
            }
            None => None,
        },
    };
    match found {
        Some(Candidate {
            row,
            is_current: false,
            ..
        }) => Home::Later(Later {
            path: format!("{}, {}", row.schema, row.search_path),
            hidden: row
                .hidden
                .split(", ")
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            schema: row.schema,
            current: row.current,
        }),
        _ => Home::Current,
    }
}

impl Home {
    /// Whether the schema can be compared.
    pub(super) fn is_readable(&self) -> bool {
        !matches!(self, Self::Elsewhere { .. })
    }

    /// A script that finds the tables where it is run.
    pub(super) fn script(&self, sql: String) -> String {
        match self {
            Self::Later(later) => format!("SET search_path TO {};\n{sql}", later.path),
            _ => sql,
        }
    }

    /// What to run or decide so that migrations are applied where the others are.
    pub(super) fn migrate(&self, command: &str) -> Repair {
        match self {
            Self::Later(later) => Repair::Decision(format!(
                "migrate with {} as the first schema of the search path ({command} makes everything anew in {} otherwise)",
                later.schema, later.current
            )),
            _ => Repair::Command(command.to_owned()),
        }
    }

    /// What is wrong with the search path, told with the objects of a kind.
    pub(super) fn faults(&self, kind: Kind) -> Vec<(Severity, Fault, Repair)> {
        match (self, kind) {
            (Self::Elsewhere { schema, search_path }, Kind::Migration | Kind::Table) => {
                vec![elsewhere(schema, search_path)]
            }
            (Self::Later(later), Kind::Migration) => vec![later.not_first()],
            (Self::Later(later), Kind::Table) => {
                later.hidden.iter().map(|table| later.hides(table)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn elsewhere(schema: &str, search_path: &str) -> (Severity, Fault, Repair) {
    let fault = Fault {
        row: "search_path".to_owned(),
        expected: format!("the schema {schema}, which has the tables"),
        found: search_path.to_owned(),
    };
    let repair = Repair::Decision(format!(
        "the tables are in the schema {schema}, which the search path does not have: set it (ALTER ROLE … SET search_path = {schema}), \
         or connect to the database that was meant"
    ));
    (Severity::Error, fault, repair)
}

impl Later {
    /// Operations read the right tables, but what is made from now on is made elsewhere.
    fn not_first(&self) -> (Severity, Fault, Repair) {
        let Self { schema, current, .. } = self;
        let fault = Fault {
            row: "search_path".to_owned(),
            expected: format!("the schema {schema} first"),
            found: format!("{current} first"),
        };
        let repair = Repair::Decision(format!(
            "the schema {current} shadows {schema}, where the tables are: migrations and new partitions would be made in {current}; set \
             the search path (ALTER ROLE … SET search_path = {schema}), or drop the schema {current} if it is empty and nobody needs it"
        ));
        (Severity::Warning, fault, repair)
    }

    fn hides(&self, table: &str) -> (Severity, Fault, Repair) {
        let Self { schema, current, .. } = self;
        let fault = Fault {
            row: table.to_owned(),
            expected: format!("{schema}.{table}"),
            found: format!("another {table} in a schema before {schema}"),
        };
        let repair = Repair::Decision(format!(
            "operations read another {table} than {schema}.{table}: set the search path (ALTER ROLE … SET search_path = {schema}), \
             or rename the one in {current}"
        ));
        (Severity::Error, fault, repair)
    }
}
