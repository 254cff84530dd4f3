//! What a deletion would do.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Alias, Cond, Condition, Expr, Func, Order, Query, SelectStatement};

use super::key::OnDelete;
use super::reach::Reach;
use super::report::{Blocker, Cleared, DeletionError, Reason, Removed, Report};
use super::row::{Row, key_of, order_of};
use super::rule::RULES;
use crate::error::DatabaseError;
use crate::input::is_storable;
use crate::operation;

/// How many of the rows that stand in the way are named.
const EXAMPLES: u64 = 10;

/// Says what deleting the row would do now, following every cascade to its end. Nothing is written or locked, so what
/// [`delete`](super::delete()) finds a moment later may differ; it looks again.
///
/// One statement, which counts, and one for each key or rule that stands in the way, which names the first rows; however many
/// rows there are.
///
/// # Errors
///
/// [`DeletionError::NotFound`]. A plan of a row that cannot be deleted is no error: its report says why.
pub async fn plan<C: ConnectionTrait>(db: &C, row: Row) -> Result<Report, DeletionError> {
    let db = &operation::named(db, "deletion.plan");
    if matches!(&row, Row::Subscriber { email, .. } if !is_storable(email)) {
        return Err(DeletionError::NotFound { row });
    }
    let reach = Reach::of(&row);
    let mut report = report(db, &row, &reach).await?;
    if report.removed_from(row.table()) == 0 {
        return Err(DeletionError::NotFound { row });
    }
    name(db, &reach, &mut report.blockers).await?;
    Ok(report)
}

/// Something that is counted.
enum Question {
    Removed(&'static str),
    Cleared(&'static str, &'static str),
    Blocker(&'static str, Reason),
}

/// Counts everything at one moment, in one statement. Blockers come without examples.
pub(super) async fn report<C: ConnectionTrait>(
    db: &C,
    row: &Row,
    reach: &Reach<'_>,
) -> Result<Report, DatabaseError> {
    let mut report = Report {
        row: row.clone(),
        removed: Vec::new(),
        cleared: Vec::new(),
        blockers: Vec::new(),
    };
    let questions = questions(reach);
    let mut statement = Query::select();
    for (n, (question, condition)) in questions.iter().enumerate() {
        let table = match question {
            Question::Removed(table) | Question::Cleared(table, _) | Question::Blocker(table, _) => *table,
        };
        let count = Query::select()
            .expr(Func::count(Expr::val(1)))
            .from(Alias::new(table))
            .cond_where(condition.clone())
            .to_owned();
        statement.expr_as(
            Expr::SubQuery(None, Box::new(count.into())),
            Alias::new(n.to_string()),
        );
    }
    let Some(counts) = db.query_one(&statement).await? else {
        return Ok(report);
    };
    for (n, (question, _)) in questions.into_iter().enumerate() {
        let rows = counts.try_get::<i64>("", &n.to_string())?.unsigned_abs();
        match question {
            _ if rows == 0 => {}
            Question::Removed(table) => report.removed.push(Removed { table, rows }),
            Question::Cleared(table, column) => report.cleared.push(Cleared { table, column, rows }),
            Question::Blocker(table, reason) => report.blockers.push(Blocker {
                table,
                reason,
                rows,
                examples: Vec::new(),
            }),
        }
    }
    report
        .blockers
        .sort_by_key(|blocker| (blocker.table, blocker.reason));
    Ok(report)
}

fn questions(reach: &Reach<'_>) -> Vec<(Question, Condition)> {
    let gone = reach
        .tables()
        .iter()
        .map(|table| (Question::Removed(table), reach.gone(table)));
    let left = reach.keys().map(|key| {
        let question = match key.on_delete {
            OnDelete::SetNull | OnDelete::Cascade => Question::Cleared(key.table, &key.column),
            OnDelete::NoAction | OnDelete::Restrict => Question::Blocker(
                key.table,
                Reason::Refers {
                    column: key.column.as_str(),
                },
            ),
        };
        (question, reach.left_by(key))
    });
    let ruled = RULES
        .iter()
        .filter(|rule| rule.holds(reach.tables()))
        .map(|rule| {
            let condition = Cond::all().add(reach.gone(rule.table)).add((rule.condition)());
            (Question::Blocker(rule.table, rule.reason), condition)
        });
    gone.chain(left).chain(ruled).collect()
}

/// Names the first rows of each blocker. One statement for each.
pub(super) async fn name<C: ConnectionTrait>(
    db: &C,
    reach: &Reach<'_>,
    blockers: &mut [Blocker],
) -> Result<(), DatabaseError> {
    for (question, condition) in questions(reach) {
        let Question::Blocker(table, reason) = question else {
            continue;
        };
        let Some(blocker) = blockers
            .iter_mut()
            .find(|blocker| (blocker.table, blocker.reason) == (table, reason))
        else {
            continue;
        };
        let rows = db.query_all(&first(table, condition)).await?;
        for row in rows {
            blocker.examples.extend(Row::read(table, &row)?);
        }
    }
    Ok(())
}

fn first(table: &'static str, condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select
        .columns(key_of(table).iter().map(|column| Alias::new(*column)))
        .from(Alias::new(table))
        .cond_where(condition)
        .limit(EXAMPLES);
    for column in order_of(table) {
        select.order_by((Alias::new(table), Alias::new(*column)), Order::Asc);
    }
    select
}
