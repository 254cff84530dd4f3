//! What the shop still needs of a month.

use chrono::{DateTime, Days, Utc};
use entity::{
    OrderFinancialStatus, OrderStatus, TaskStatus, TransactionType, WorkflowExecutionStatus, orders,
    system_events, tasks, transactions, workflow_executions,
};
use sea_orm::sea_query::{
    Alias, Asterisk, CommonTableExpression, Cond, Condition, Expr, ExprTrait, Order, Query, SelectStatement,
};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, Iterable};
use uuid::Uuid;

use super::super::Month;
use super::super::base::Base;
use super::super::family::Part;
use super::report::{Need, Reason};
use crate::error::DatabaseError;
use crate::workflows::executions::is_finished;

/// For so long the rows of a command are kept, to know it when it is sent again.
const REPEATABLE: Days = Days::new(7);

/// How many rows a refusal names.
const NAMED: u64 = 5;

const MONEY: [TransactionType; 2] = [TransactionType::Revenue, TransactionType::Refund];

/// The months that stay: those from one on, and single ones before that were refused.
#[derive(Clone, Debug)]
pub(super) struct Stays {
    from: Month,
    refused: Vec<Month>,
}

impl Stays {
    pub(super) const fn from(month: Month) -> Self {
        Self {
            from: month,
            refused: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, month: Month) {
        self.refused.push(month);
    }

    /// Whether an id lies in one of them.
    fn hold(&self, id: impl Fn() -> Expr) -> Condition {
        let mut any = Cond::any().add(id().gte(self.from.ids()[0]));
        for month in &self.refused {
            let [from, to] = month.ids();
            any = any.add(id().gte(from).and(id().lt(to)));
        }
        any
    }
}

/// [`of`], as far as it is about money: two statements.
pub(super) async fn of_money<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    (month, ids): (Month, [Uuid; 2]),
    stays: &Stays,
    now: DateTime<Utc>,
) -> Result<Vec<Need>, DatabaseError> {
    let mut questions = questions(month, ids, stays, now);
    questions.retain(|(_, reason, _)| matches!(reason, Reason::OpenOrder | Reason::OrderGoesOn));
    ask(base, db, questions).await
}

/// The rows by which a month, or of it what lies from one id on and before another, is needed. Eight statements, ten for a month
/// that has just ended.
pub(super) async fn of<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    (month, ids): (Month, [Uuid; 2]),
    stays: &Stays,
    now: DateTime<Utc>,
) -> Result<Vec<Need>, DatabaseError> {
    ask(base, db, questions(month, ids, stays, now)).await
}

async fn ask<C: ConnectionTrait>(
    base: &Base<'_>,
    db: &C,
    questions: Vec<Question>,
) -> Result<Vec<Need>, DatabaseError> {
    let mut needs = Vec::new();
    for (table, reason, condition) in questions {
        let mut first = Vec::new();
        let mut rows = 0;
        base.limit_next(db).await?;
        for row in db.query_all(&question(table, condition)).await? {
            first.push(row.try_get_by_index::<Uuid>(0)?);
            rows = row.try_get_by_index::<i64>(1)?.unsigned_abs();
        }
        if rows > 0 {
            needs.push(Need {
                table,
                reason,
                rows,
                first,
            });
        }
    }
    Ok(needs)
}

/// Which rows of a table are needed, and why.
type Question = (&'static str, Reason, Condition);

/// `SELECT id, how many there are FROM (those of the table WHERE …) ORDER BY id LIMIT 5`.
///
/// They are looked for before anything is limited: a planner that expects to stop after five probes the whole history for each row,
/// which takes a hundred times as long when there is none.
fn question(table: &'static str, condition: Condition) -> SelectStatement {
    let all = Query::select()
        .column((Alias::new(table), Alias::new("id")))
        .from(Alias::new(table))
        .cond_where(condition)
        .to_owned();
    let needed = CommonTableExpression::new()
        .query(all)
        .column(Alias::new("id"))
        .table_name(Alias::new("needed"))
        .materialized(true)
        .to_owned();
    Query::select()
        .column(Alias::new("id"))
        .expr(Expr::cust("count(*) OVER ()"))
        .from(Alias::new("needed"))
        .order_by(Alias::new("id"), Order::Asc)
        .limit(NAMED)
        .with_cte(needed)
        .to_owned()
}

fn questions(month: Month, [from, to]: [Uuid; 2], stays: &Stays, now: DateTime<Utc>) -> Vec<Question> {
    let unfinished = WorkflowExecutionStatus::iter().filter(|status| !is_finished(*status));
    let executions = Part {
        table: "workflow_executions",
        column: "id",
    };
    let tasks_of = Part {
        table: "tasks",
        column: "workflow_execution_id",
    };
    let money = Part {
        table: "transactions",
        column: "id",
    };
    let events = Part {
        table: "system_events",
        column: "id",
    };
    let of_orders = || {
        money
            .between(from, to)
            .add(transactions::Column::Type.is_in(MONEY))
    };
    let mut questions = vec![
        (
            executions.table,
            Reason::Unfinished,
            executions
                .between(from, to)
                .add(workflow_executions::Column::Status.is_in(unfinished)),
        ),
        (
            tasks_of.table,
            Reason::OpenTask,
            tasks_of
                .between(from, to)
                .add(tasks::Column::Status.is_in([TaskStatus::Pending, TaskStatus::InProgress])),
        ),
        (money.table, Reason::OpenOrder, of_orders().add(of_open_order())),
        (
            money.table,
            Reason::OrderGoesOn,
            of_orders().add(has_money_in(stays)),
        ),
    ];
    // The day of a transaction may lie long before the command that recorded it.
    let since = now.checked_sub_days(REPEATABLE).unwrap_or(now);
    let recorded = money
        .between(from, to)
        .add(transactions::Column::CreatedAt.gte(since));
    questions.push((money.table, Reason::Recent, recorded));
    let partitioned = [executions, money, events];
    if let Some(young) = now.checked_sub_days(REPEATABLE).filter(|at| month.end() > *at) {
        let young = Ord::max(from, entity::SystemEventId::lowest(young).as_uuid());
        let recent = |part: Part| (part.table, Reason::Recent, part.between(young, to));
        questions.extend([executions, events].map(recent));
    }
    questions.extend(partitioned.map(|part| {
        let misdated = part.between(from, to).add(misdated(part, month));
        (part.table, Reason::Misdated, misdated)
    }));
    questions
}

/// A payment or refund of an order that is not settled.
fn of_open_order() -> Expr {
    use orders::Column::{FinancialStatus, Id, Status};
    let settled = Cond::any()
        .add(
            Status
                .eq(OrderStatus::Completed)
                .and(FinancialStatus.ne(OrderFinancialStatus::Unpaid)),
        )
        .add(
            Status
                .eq(OrderStatus::Cancelled)
                .and(FinancialStatus.eq(OrderFinancialStatus::Refunded)),
        );
    let open = Query::select()
        .expr(Expr::val(1))
        .from(orders::Entity)
        .and_where(Id.into_expr().eq(transactions::Column::OrderId.into_expr()))
        .cond_where(settled.not())
        .to_owned();
    Expr::exists(open)
}

/// A payment or refund of an order that has others in a month that stays.
fn has_money_in(stays: &Stays) -> Expr {
    const OTHER: &str = "other";
    let other = |column: transactions::Column| Expr::col((Alias::new(OTHER), column));
    let others = Query::select()
        .expr(Expr::col(Asterisk))
        .from_as(transactions::Entity, Alias::new(OTHER))
        .and_where(other(transactions::Column::OrderId).eq(transactions::Column::OrderId.into_expr()))
        .and_where(other(transactions::Column::Type).is_in(MONEY.map(|kind| kind.to_value())))
        .cond_where(stays.hold(|| other(transactions::Column::Id)))
        .to_owned();
    Expr::exists(others)
}

fn misdated(part: Part, month: Month) -> Condition {
    let (start, end) = (month.start(), month.end());
    match part.table {
        "transactions" => Cond::any()
            .add(transactions::Column::TransactionDate.lt(start.date_naive()))
            .add(transactions::Column::TransactionDate.gte(end.date_naive())),
        "system_events" => Cond::any()
            .add(system_events::Column::CreatedAt.lt(start))
            .add(system_events::Column::CreatedAt.gte(end)),
        _ => Cond::any()
            .add(workflow_executions::Column::CreatedAt.lt(start))
            .add(workflow_executions::Column::CreatedAt.gte(end)),
    }
}
