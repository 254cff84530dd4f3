//! Deleting a row as planned.

use sea_orm::sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, Func, LockType, Order, Query, SelectStatement, UpdateStatement,
};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};

use super::key::{Key, OnDelete};
use super::plan::{self, plan};
use super::reach::Reach;
use super::report::{Cleared, DeletionError, Removed, Report};
use super::row::{Row, order_of};
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;
use crate::transaction;

/// The row to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// Which row.
    pub row: Row,
}

/// Deletes the row with everything that goes with it, or refuses; returns what [`plan`](super::plan()) would have said at that
/// moment.
///
/// On PostgreSQL, it first locks every row that goes, a table in a statement, parents before children and each table in its
/// order; from then on nothing can come to refer to them, and what is about to is waited for. Then it counts, in one statement,
/// and writes: one statement for each key to clear and each table to delete from. SQLite needs no statement to lock. The number
/// of statements depends on the schema alone, however many rows go. The report holds what the writes have affected.
///
/// # Errors
///
/// [`DeletionError::NotFound`], also when it is sent again; [`DeletionError::Blocked`] with everything that stands in the way.
pub async fn delete<C>(db: &C, command: Delete) -> Result<Report, DeletionError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "deletion.delete");
    let row = command.row;
    if matches!(&row, Row::Subscriber { email, .. } if !is_storable(email)) {
        return Err(DeletionError::NotFound { row });
    }
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &row).await;
    match transaction::finish(transaction, outcome).await {
        // A row that the counting could not see: under REPEATABLE READ one may have come since the transaction began.
        Err(DeletionError::Database(DatabaseError::Restricted { table, constraint })) => {
            let Report { blockers, .. } = plan(db, row.clone()).await?;
            Err(if blockers.is_empty() {
                DatabaseError::Restricted { table, constraint }.into()
            } else {
                DeletionError::Blocked { row, blockers }
            })
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, row: &Row) -> Result<Report, DeletionError> {
    let reach = Reach::of(row);
    if db.get_database_backend() == DbBackend::Postgres {
        for table in reach.tables() {
            db.query_one(&lock(&reach, table))
                .await
                .map_err(DatabaseError::from)?;
        }
    }
    let mut report = plan::report(db, row, &reach).await?;
    if report.removed_from(row.table()) == 0 {
        return Err(DeletionError::NotFound { row: row.clone() });
    }
    if report.is_blocked() {
        plan::name(db, &reach, &mut report.blockers).await?;
        let (row, blockers) = (report.row, report.blockers);
        return Err(DeletionError::Blocked { row, blockers });
    }
    remove(db, &reach, report).await
}

/// Locks the rows of a table that go. They are counted, so that there is one row to send however many there are.
fn lock(reach: &Reach<'_>, table: &'static str) -> SelectStatement {
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from(Alias::new(table))
        .cond_where(reach.gone(table))
        .lock(LockType::Update);
    for column in order_of(table) {
        rows.order_by((Alias::new(table), Alias::new(*column)), Order::Asc);
    }
    Query::select()
        .expr(Func::count(Expr::val(1)))
        .from_subquery(rows, Alias::new("locked"))
        .to_owned()
}

/// Does itself what the keys would do by CASCADE and SET NULL, because only so each table tells how many rows it lost. What was
/// counted as nothing can only be nothing: the locks keep rows from being attached.
async fn remove<C: ConnectionTrait>(
    db: &C,
    reach: &Reach<'_>,
    planned: Report,
) -> Result<Report, DeletionError> {
    let mut report = Report {
        row: planned.row,
        removed: Vec::new(),
        cleared: Vec::new(),
        blockers: Vec::new(),
    };
    for key in reach.keys().filter(|key| key.on_delete == OnDelete::SetNull) {
        let counted = |cleared: &Cleared| (cleared.table, cleared.column) == (key.table, key.column.as_str());
        if planned.cleared.iter().any(counted) {
            let cleared = db
                .execute(&clear(reach, key))
                .await
                .map_err(DatabaseError::from)?;
            report.cleared.push(Cleared {
                table: key.table,
                column: &key.column,
                rows: cleared.rows_affected(),
            });
        }
    }
    for Removed { table, .. } in planned.removed.into_iter().rev() {
        let removed = db
            .execute(&take(reach, table))
            .await
            .map_err(DatabaseError::of_deletion)?;
        let rows = removed.rows_affected();
        report.removed.push(Removed { table, rows });
    }
    report.removed.reverse();
    // Rows may have gone, or found another to refer to, between counting and writing.
    report.removed.retain(|removed| removed.rows > 0);
    report.cleared.retain(|cleared| cleared.rows > 0);
    Ok(report)
}

/// Rows are cleared in the order in which everybody locks them.
fn clear(reach: &Reach<'_>, key: &'static Key) -> UpdateStatement {
    let table = key.table;
    let columns = || {
        order_of(table)
            .iter()
            .map(|column| Expr::col((Alias::new(table), Alias::new(*column))))
    };
    let mut rows = Query::select();
    rows.exprs(columns())
        .from(Alias::new(table))
        .cond_where(reach.left_by(key))
        .lock(LockType::NoKeyUpdate);
    for column in order_of(table) {
        rows.order_by((Alias::new(table), Alias::new(*column)), Order::Asc);
    }
    Query::update()
        .table(Alias::new(table))
        .value(Alias::new(&key.column), Expr::value(Option::<uuid::Uuid>::None))
        .and_where(Expr::tuple(columns()).in_subquery(rows))
        .to_owned()
}

fn take(reach: &Reach<'_>, table: &'static str) -> DeleteStatement {
    Query::delete()
        .from_table(Alias::new(table))
        .cond_where(reach.gone(table))
        .to_owned()
}
