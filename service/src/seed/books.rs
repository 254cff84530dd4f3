//! Budgets, and what was spent from them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::{
    BudgetId, SystemEventId, SystemEventSeverity, TransactionId, TransactionType, budgets, system_events,
    transactions,
};
use serde_json::json;

use super::calendar::{after, start};
use super::catalogue::cents;
use super::dice::{Dice, Of};
use super::rows::Rows;
use super::scale::{rounded, thousandths};
use super::shop::Shop;
use super::teams::Team;

/// What an expense follows.
enum By {
    /// What the month brings.
    Month,
    /// What the shop brings in as many ordinary days.
    Days,
}

/// Category, thousandths of the revenue that are allocated, whose, and whose budget it is. Four fifths are spent. What campaigns
/// cost is borne by the campaigns: with a seventh for those and what is given back, a quarter is left.
const CATEGORIES: [(&str, i64, By, Team); 6] = [
    ("printing", 300, By::Month, Team::Operations),
    ("frames", 140, By::Month, Team::Operations),
    ("parcels", 120, By::Month, Team::Operations),
    ("software", 25, By::Days, Team::Technology),
    ("care", 60, By::Month, Team::Care),
    ("rent", 55, By::Days, Team::Finance),
];

/// The most that is allocated, in dollars: the column holds ten digits.
const MOST: i64 = 9_000_000_000;

/// The budgets of a month that brings so many orders, what was spent from them between its first and last day that count, and a
/// correction.
pub(super) fn month(
    shop: &Shop,
    n: usize,
    (first, last): (NaiveDate, NaiveDate),
    orders: u64,
    rows: &mut Rows,
) {
    let days = (last - first).num_days() + 1;
    for (k, (category, share, by, team)) in CATEGORIES.into_iter().enumerate() {
        let revenue = match by {
            By::Month => shop.scale.revenue(orders),
            By::Days => shop.scale.revenue_of_days(days),
        };
        let dollars = rounded(thousandths(revenue / 100, share), 20).min(MOST);
        let mut dice = shop.source.of(Of::Book, (n * 100 + k) as u64);
        let made = start(first) - chrono::TimeDelta::days(3);
        let mut budget = budgets::Model {
            id: dice.id(made),
            name: format!("{category} {}", first.format("%Y-%m")),
            category: category.to_owned(),
            fiscal_year: first.year(),
            fiscal_month: i32::try_from(first.month()).unwrap_or(1),
            allocated_amount: cents(dollars * 100),
            spent_amount: cents(0),
            owner_agent_id: shop.staff.owner(team),
            created_at: made,
        };
        let length = u64::try_from(days).unwrap_or(1) * 86_400_000;
        let times = 2 + dice.below(3);
        let mut spent = 0;
        for time in 0..times {
            let at = after(start(first), (time * length + dice.below(length)) / times);
            // A fifth is left, more or less; all of it never costs more than there is.
            let amount = dollars * dice.between(65, 97) / i64::try_from(times).unwrap_or(1);
            spent += amount;
            spend(&mut dice, &mut budget, (amount, spent), at, rows);
        }
        rows.budgets.push(budget);
    }
    correction(shop, n, first, rows);
}

/// An expense in the books, remembered as if it had been sent.
fn spend(
    dice: &mut Dice,
    budget: &mut budgets::Model,
    (amount, spent): (i64, i64),
    at: DateTime<Utc>,
    rows: &mut Rows,
) {
    let id: TransactionId = dice.id(at);
    budget.spent_amount = cents(spent);
    rows.transactions.push(transactions::Model {
        description: Some(format!("{} of the month", budget.category)),
        agent_id: budget.owner_agent_id,
        payment_method: Some("bank_transfer".to_owned()),
        ..plain(id, TransactionType::Expense, &budget.category, amount, at)
    });
    let budget_id: BudgetId = budget.id;
    let command = json!({ "budget": budget_id, "direction": { "Spend": { "allow_overrun": false } } });
    rows.system_events.push(system_events::Model {
        id: SystemEventId::from(id.as_uuid()),
        event_type: "budget.spent".to_owned(),
        severity: SystemEventSeverity::Info,
        source_agent_id: None,
        message: "budget.spent".to_owned(),
        details: json!({ "command": command, "outcome": budget }),
        created_at: at,
    });
}

fn correction(shop: &Shop, n: usize, first: NaiveDate, rows: &mut Rows) {
    let mut dice = shop.source.of(Of::Book, (n * 100 + 99) as u64);
    let at = after(start(first), dice.below(20 * 3_600_000));
    rows.transactions.push(transactions::Model {
        description: Some("rounding of the card fees".to_owned()),
        ..plain(
            dice.id(at),
            TransactionType::Adjustment,
            "card fees",
            dice.between(1, 900),
            at,
        )
    });
}

fn plain(
    id: TransactionId,
    kind: TransactionType,
    category: &str,
    amount: i64,
    at: DateTime<Utc>,
) -> transactions::Model {
    transactions::Model {
        id,
        r#type: kind,
        category: category.to_owned(),
        amount: cents(amount),
        currency: "USD".to_owned(),
        description: None,
        order_id: None,
        customer_id: None,
        agent_id: None,
        payment_method: None,
        transaction_date: at.date_naive(),
        created_at: at,
    }
}
