//! What was paid for an order, and given back.

use chrono::{DateTime, Utc};
use entity::{TransactionId, TransactionType, transactions};

use super::fate::Fate;
use super::{Draft, Line};
use crate::seed::calendar::minutes;
use crate::seed::catalogue::cents;
use crate::seed::dice::{Dice, Of};
use crate::seed::duties::Duty;
use crate::seed::rows::Rows;
use crate::seed::shop::Shop;

const METHODS: [&str; 5] = ["card", "card", "card", "paypal", "bank_transfer"];

/// What was booked for an order.
#[derive(Debug, Default)]
pub(super) struct Booked {
    /// What was paid, in cents.
    pub(super) payments: Vec<(TransactionId, i64)>,
    pub(super) refund: Option<TransactionId>,
}

/// What is given back in cents: everything of a cancelled order, else what the returned pieces cost.
pub(super) fn refund(draft: &Draft) -> i64 {
    match draft.fate {
        Fate::Cancelled { .. } => draft.total(),
        _ => draft.sum(|line| if line.returned > 0 { Line::total(line) } else { 0 }),
    }
}

pub(super) fn payments(shop: &Shop, n: u64, draft: &Draft, rows: &mut Rows) -> Booked {
    let mut booked = Booked::default();
    let Some(paid) = draft.fate.paid() else {
        return booked;
    };
    let mut dice = shop.source.of(Of::Payment, n);
    let total = draft.total();
    let voucher = if dice.chance(30) { total.min(5_000) / 2 } else { 0 };
    let method = *dice.pick(&METHODS);
    // The voucher first, in the minute before.
    let parts = [
        (voucher, "gift_card", minutes(paid, -1)),
        (total - voucher, method, paid),
    ];
    for (amount, method, at) in parts.into_iter().filter(|(amount, ..)| *amount > 0) {
        let row = transaction(
            shop,
            &mut dice,
            draft,
            (TransactionType::Revenue, amount, method, at),
        );
        booked.payments.push((row.id, amount));
        rows.transactions.push(row);
    }
    if let Some(at) = draft.fate.refunded() {
        let row = transaction(
            shop,
            &mut dice,
            draft,
            (TransactionType::Refund, refund(draft), method, at),
        );
        booked.refund = Some(row.id);
        rows.transactions.push(row);
    }
    booked
}

fn transaction(
    shop: &Shop,
    dice: &mut Dice,
    draft: &Draft,
    (kind, amount, method, at): (TransactionType, i64, &str, DateTime<Utc>),
) -> transactions::Model {
    let by_hand = dice.chance(80);
    let agent = shop.staff.who(Duty::Costs, dice);
    transactions::Model {
        id: dice.id(at),
        r#type: kind,
        category: "order".to_owned(),
        amount: cents(amount),
        currency: "USD".to_owned(),
        description: None,
        order_id: Some(draft.id),
        customer_id: draft.customer,
        agent_id: agent.filter(|_| by_hand),
        payment_method: Some(method.to_owned()),
        transaction_date: at.date_naive(),
        created_at: at,
    }
}
