//! Criteria as a query: who belongs to a segment, and how well.
//!
//! The figures of a customer's lifetime are summed up from orders and transactions, with the view's own rules, and not read from
//! `customer_lifetime_value`: on PostgreSQL that is a materialized view, which is as old as its last refresh. What the criteria do
//! not ask about is not summed up.

mod condition;

use chrono::{DateTime, SubsecRound, Utc};
use entity::{OrderStatus, TransactionType, customers, orders, transactions};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ActiveEnum, DbBackend, JoinType};

use super::criteria::{Criteria, Score};
use super::field::Field;
use condition::Question;

/// The sums over a customer's orders.
const PLACED: &str = "placed";
/// The sums over a customer's refunds.
const RETURNED: &str = "returned";
/// The column of a selection that holds the customer.
pub(super) const CUSTOMER: &str = "customer_id";
/// The column of a selection that holds the score.
pub(super) const SCORE: &str = "score";

/// Who belongs, as rows of [`CUSTOMER`] and [`SCORE`].
pub(super) fn members(engine: DbBackend, criteria: &Criteria, now: DateTime<Utc>) -> SelectStatement {
    let question = Question {
        engine,
        now: now.trunc_subsecs(6),
    };
    let mut select = matching(&question, criteria, &criteria.fields());
    select
        .expr_as(customer_id(), Alias::new(CUSTOMER))
        .expr_as(score(&question, &criteria.score), Alias::new(SCORE));
    if criteria.score.add.is_empty() {
        return select;
    }
    let raw = || Expr::col(Alias::new(SCORE));
    let bounded = CaseStatement::new()
        .case(raw().lt(0), number(Decimal::ZERO))
        .case(raw().gt(100), number(Decimal::ONE_HUNDRED))
        .finally(Func::round_with_precision(raw(), 2));
    Query::select()
        .column(Alias::new(CUSTOMER))
        .expr_as(bounded, Alias::new(SCORE))
        .from_subquery(select, Alias::new("scored"))
        .take()
}

/// How many belong.
pub(super) fn count(engine: DbBackend, criteria: &Criteria, now: DateTime<Utc>) -> SelectStatement {
    let question = Question {
        engine,
        now: now.trunc_subsecs(6),
    };
    let mut fields = Vec::new();
    criteria.condition.collect(&mut fields);
    let mut select = matching(&question, criteria, &fields);
    select
        .expr_as(customer_id().count(), Alias::new("customers"))
        .take()
}

fn matching(question: &Question, criteria: &Criteria, fields: &[Field]) -> SelectStatement {
    let mut select = Query::select();
    select.from(customers::Entity);
    for (name, asked, sums) in [
        (
            PLACED,
            fields.iter().any(|field| field.is_of_orders()),
            placed as fn() -> SelectStatement,
        ),
        (
            RETURNED,
            fields.iter().any(|field| field.is_of_refunds()),
            returned,
        ),
    ] {
        if asked {
            let of = Expr::col((Alias::new(name), Alias::new(CUSTOMER)));
            let condition = of.eq(customer_id());
            select.join_subquery(JoinType::LeftJoin, sums(), Alias::new(name), condition);
        }
    }
    select.and_where(question.holds(&criteria.condition)).take()
}

/// What customers ordered; cancelled orders do not count.
fn placed() -> SelectStatement {
    use orders::Column;
    let col = |column: Column| Expr::col((orders::Entity, column));
    let one_currency = CaseStatement::new().case(
        col(Column::Currency).count_distinct().eq(1),
        col(Column::Currency).min(),
    );
    Query::select()
        .expr_as(col(Column::CustomerId), Alias::new(CUSTOMER))
        .expr_as(col(Column::Id).count(), Alias::new("orders"))
        .expr_as(
            Func::round_with_precision(col(Column::TotalAmount).sum(), 2),
            Alias::new("gross"),
        )
        .expr_as(col(Column::CreatedAt).min(), Alias::new("first_order_at"))
        .expr_as(col(Column::CreatedAt).max(), Alias::new("last_order_at"))
        .expr_as(one_currency, Alias::new("currency"))
        .from(orders::Entity)
        .and_where(col(Column::Status).ne(OrderStatus::Cancelled.to_value()))
        .and_where(col(Column::CustomerId).is_not_null())
        .add_group_by([col(Column::CustomerId)])
        .take()
}

/// What customers got back: a refund counts for the customer it names, else for its order's.
fn returned() -> SelectStatement {
    let refund = |column| Expr::col((transactions::Entity, column));
    let order = |column| Expr::col((orders::Entity, column));
    let customer = Func::coalesce([
        refund(transactions::Column::CustomerId),
        order(orders::Column::CustomerId),
    ]);
    Query::select()
        .expr_as(customer.clone(), Alias::new(CUSTOMER))
        .expr_as(
            Func::round_with_precision(refund(transactions::Column::Amount).sum(), 2),
            Alias::new("refunded"),
        )
        .from(transactions::Entity)
        .join(
            JoinType::LeftJoin,
            orders::Entity,
            order(orders::Column::Id).eq(refund(transactions::Column::OrderId)),
        )
        .and_where(refund(transactions::Column::Type).eq(TransactionType::Refund.to_value()))
        .add_group_by([Expr::from(customer)])
        .take()
}

/// The base, and the points of each condition that holds, before they are kept between 0 and 100.
fn score(question: &Question, score: &Score) -> Expr {
    score.add.iter().fold(number(score.base), |sum, bonus| {
        let points = CaseStatement::new()
            .case(question.holds(&bonus.when), number(bonus.points))
            .finally(number(Decimal::ZERO));
        sum.add(points)
    })
}

/// A number as a number: SQLite binds decimals as text, which is larger than any number.
fn number(value: Decimal) -> Expr {
    Expr::value(value).cast_as(Alias::new("decimal"))
}

fn customer_id() -> Expr {
    Expr::col((customers::Entity, customers::Column::Id))
}
