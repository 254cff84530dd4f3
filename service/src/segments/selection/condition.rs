//! Conditions as SeaQuery expressions that are true or false, never NULL.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use entity::customers::{self, Column};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func};
use sea_orm::{Condition as Where, DbBackend};

use super::{PLACED, RETURNED, number};
use crate::customers::tags::has_tag;
use crate::segments::criteria::{Comparison, Condition, Moment, Order};
use crate::segments::field::Field;

/// Whom the conditions are put to, and when.
pub(super) struct Question {
    pub(super) engine: DbBackend,
    /// To the microsecond, like the columns.
    pub(super) now: DateTime<Utc>,
}

impl Question {
    /// Whether the condition holds.
    pub(super) fn holds(&self, condition: &Condition) -> Expr {
        match condition {
            Condition::All(conditions) => self
                .each(Where::all(), conditions)
                .unwrap_or_else(|| always(true)),
            Condition::Any(conditions) => self
                .each(Where::any(), conditions)
                .unwrap_or_else(|| always(false)),
            Condition::Not(condition) => self.holds(condition).not(),
            Condition::Compare(field, Comparison::IsNull) => value(*field).is_null(),
            Condition::Compare(field, comparison) => {
                let compared = self.compare(*field, comparison);
                if field.may_be_absent() {
                    // Without this a comparison with nothing would be NULL, and so would its contrary.
                    value(*field).is_not_null().and(compared)
                } else {
                    compared
                }
            }
        }
    }

    fn each(&self, join: Where, conditions: &[Condition]) -> Option<Expr> {
        let joined = conditions
            .iter()
            .fold(join, |joined, condition| joined.add(self.holds(condition)));
        (!joined.is_empty()).then(|| joined.into())
    }

    fn compare(&self, field: Field, comparison: &Comparison) -> Expr {
        match comparison {
            Comparison::Number(order, n) if field == Field::DaysSinceLastOrder => self.days(*order, *n),
            Comparison::OneOfNumbers(days) if field == Field::DaysSinceLastOrder => days
                .iter()
                .map(|n| self.days(Order::Equal, *n))
                .reduce(ExprTrait::or)
                .unwrap_or_else(|| always(false)),
            Comparison::Number(order, n) => ordered(value(field), *order, number(*n)),
            Comparison::OneOfNumbers(numbers) => value(field).is_in(numbers.iter().map(|n| number(*n))),
            Comparison::Text(text) => value(field).eq(text.as_str()),
            Comparison::OneOfTexts(texts) => value(field).is_in(texts.iter().map(String::as_str)),
            Comparison::Flag(flag) => value(field).eq(*flag),
            Comparison::Contains(tag) => has_tag(self.engine, tag),
            Comparison::Time(order, moment) => {
                ordered(value(field), *order, Expr::value(self.instant(*moment)))
            }
            Comparison::IsNull => value(field).is_null(),
        }
    }

    fn instant(&self, moment: Moment) -> DateTime<Utc> {
        match moment {
            Moment::At(instant) => instant,
            Moment::HoursAgo(hours) => self.now - TimeDelta::hours(hours.into()),
        }
    }

    /// The days between two days of the calendar in UTC, as the view counts them, asked of the instant of the last order: so it
    /// depends on the `now` of the question and not on the database's.
    fn days(&self, order: Order, n: Decimal) -> Expr {
        let last = value(Field::LastOrderAt);
        let n = n.to_i64().unwrap_or(i64::MAX);
        let at_most = |n: i64| self.midnight(n).map_or_else(always, |at| last.clone().gte(at));
        let at_least = |n: i64| {
            self.midnight(n - 1)
                .map_or_else(|far| always(!far), |at| last.clone().lt(at))
        };
        match order {
            Order::Less => at_most(n - 1),
            Order::LessOrEqual => at_most(n),
            Order::Equal => at_most(n).and(at_least(n)),
            Order::GreaterOrEqual => at_least(n),
            Order::Greater => at_least(n + 1),
        }
    }

    /// The beginning of the day `days` before today. `Err` says whether it lies before every order (or else after).
    fn midnight(&self, days: i64) -> Result<DateTime<Utc>, bool> {
        let today = self.now.date_naive();
        let day = match u32::try_from(days.unsigned_abs()) {
            Ok(n) if n <= MAX_DAYS && days >= 0 => today.checked_sub_days(Days::new(n.into())),
            Ok(n) if n <= MAX_DAYS => today.checked_add_days(Days::new(n.into())),
            _ => None,
        };
        day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
            .ok_or(days > 0)
    }
}

/// Further than this from today, in days, there are no orders.
const MAX_DAYS: u32 = 366 * 1_000;

/// The field of the row that is asked; NULL when it is absent.
fn value(field: Field) -> Expr {
    let customer = |column| Expr::col((customers::Entity, column));
    let placed = |name| Expr::col((Alias::new(PLACED), Alias::new(name)));
    let returned = |name| Expr::col((Alias::new(RETURNED), Alias::new(name)));
    let or_zero = |sum| Expr::from(Func::coalesce([sum, Expr::value(0)]));
    match field {
        Field::Email => customer(Column::Email),
        Field::FirstName => customer(Column::FirstName),
        Field::LastName => customer(Column::LastName),
        Field::Company => customer(Column::Company),
        Field::Phone => customer(Column::Phone),
        Field::ShopifyCustomerId => customer(Column::ShopifyCustomerId),
        Field::Tags => customer(Column::Tags),
        Field::AcceptsMarketing => customer(Column::AcceptsMarketing),
        Field::VipStatus => customer(Column::VipStatus),
        Field::CreatedAt => customer(Column::CreatedAt),
        Field::UpdatedAt => customer(Column::UpdatedAt),
        Field::Orders => or_zero(placed("orders")),
        Field::Gross => or_zero(placed("gross")),
        Field::Refunded => or_zero(returned("refunded")),
        Field::Net => {
            let net = or_zero(placed("gross")).sub(or_zero(returned("refunded")));
            Func::round_with_precision(net, 2).into()
        }
        Field::AverageOrder => {
            // Divided in the cents' unit and rounded there: half a cent has no exact binary form on SQLite, half has.
            let cents = Func::round(placed("gross").mul(100));
            Expr::from(Func::round(Expr::from(cents).div(placed("orders")))).div(100)
        }
        Field::Currency => placed("currency"),
        Field::FirstOrderAt => placed("first_order_at"),
        Field::LastOrderAt | Field::DaysSinceLastOrder => placed("last_order_at"),
    }
}

fn ordered(left: Expr, order: Order, right: Expr) -> Expr {
    match order {
        Order::Less => left.lt(right),
        Order::LessOrEqual => left.lte(right),
        Order::Equal => left.eq(right),
        Order::GreaterOrEqual => left.gte(right),
        Order::Greater => left.gt(right),
    }
}

fn always(answer: bool) -> Expr {
    Expr::value(1).eq(i32::from(answer))
}
