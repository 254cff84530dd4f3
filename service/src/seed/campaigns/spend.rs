//! What campaigns cost.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{SystemEventId, SystemEventSeverity, TransactionType, campaigns, system_events, transactions};
use rust_decimal::Decimal;
use serde_json::json;

use crate::marketing::campaigns::{SpendOnCampaign, Spent};
use crate::seed::calendar::{after, start};
use crate::seed::catalogue::cents;
use crate::seed::dice::Dice;
use crate::seed::rows::Rows;
use crate::seed::shop::Shop;

/// Several expenses while it runs, each in the books and remembered, as if they had been sent one by one.
pub(super) fn spend(
    shop: &Shop,
    dice: &mut Dice,
    (campaign, cost): (&mut campaigns::Model, i64),
    (from, to): (NaiveDate, NaiveDate),
    rows: &mut Rows,
) {
    let length = u64::try_from((to - from).num_milliseconds()).unwrap_or(0);
    let share = length / 4;
    let mut expenses: Vec<(DateTime<Utc>, i64)> = Vec::new();
    for n in 0..4 {
        let at = after(start(from), n * share + dice.below(share.max(1)));
        let amount = (cost / 4 * dice.between(70, 130) / 100).max(100);
        if at < shop.calendar.until() {
            expenses.push((at, amount));
        }
    }
    let sum: i64 = expenses.iter().map(|(_, amount)| amount).sum();
    // More than was spent, and in round sums.
    let budget = sum.max(cost) * dice.between(105, 125) / 100;
    let step = if budget < 100_000 { 1_000 } else { 10_000 };
    campaign.budget = Some(cents((budget / step + 1) * step));
    let mut spent = 0;
    for (at, amount) in expenses {
        spent += amount;
        let command = SpendOnCampaign {
            id: dice.id(at),
            agent: campaign.owner_agent_id,
            payment_method: Some("card".to_owned()),
            ..SpendOnCampaign::new(campaign.id, cents(amount))
        };
        book(command, (campaign.budget, spent), at, rows);
        campaign.updated_at = at;
    }
    campaign.spent = cents(spent);
}

/// An expense in the books, and the event that remembers it.
fn book(
    command: SpendOnCampaign,
    (budget, spent): (Option<Decimal>, i64),
    at: DateTime<Utc>,
    rows: &mut Rows,
) {
    let outcome = Spent {
        transaction: command.id,
        spent: cents(spent),
        budget,
    };
    rows.transactions.push(transactions::Model {
        id: command.id,
        r#type: TransactionType::Expense,
        category: "marketing".to_owned(),
        amount: command.amount,
        currency: "USD".to_owned(),
        description: None,
        order_id: None,
        customer_id: None,
        agent_id: command.agent,
        payment_method: command.payment_method.clone(),
        transaction_date: at.date_naive(),
        created_at: at,
    });
    rows.system_events.push(system_events::Model {
        id: SystemEventId::from(command.id.as_uuid()),
        event_type: "campaign.spent".to_owned(),
        severity: SystemEventSeverity::Info,
        source_agent_id: None,
        message: "campaign.spent".to_owned(),
        details: json!({ "command": command, "outcome": outcome }),
        created_at: at,
    });
}
