//! Money.

use chrono::Utc;
use entity::TransactionType;
use rust_decimal::Decimal;

use super::super::error::TrialError;
use super::super::probe::Probe;
use super::super::sample;
use super::HotOperation;
use crate::finance::attribution::{self, Attribute, AttributionModel, Touch};
use crate::finance::budgets::{self, Allocate, Spend};
use crate::finance::transactions::{self, ListTransactions, NewTransaction, Record};

pub(super) const HOT: &[HotOperation] = &[
    HotOperation::new("finance.transactions.record", (1, 1), |p| Box::pin(record(p))).within(300),
    HotOperation::new("finance.transactions.list", (1, 1), |p| Box::pin(list(p)))
        .using(&["idx_transactions_customer_id_id"])
        .within(300),
    HotOperation::new("finance.attribution.attribute", (2, 4), |p| {
        Box::pin(attribute(p))
    })
    .touching(&[("transactions", 1)])
    .within(300),
    HotOperation::new("finance.budgets.spend", (4, 4), |p| Box::pin(spend(p))).within(300),
];

/// Revenue of a customer without an order.
async fn revenue(probe: &Probe) -> Result<NewTransaction, TrialError> {
    Ok(NewTransaction {
        customer: Some(sample::customer(probe.quiet()).await?),
        payment_method: Some(String::from("card")),
        ..NewTransaction::new(TransactionType::Revenue, "trial", Decimal::TEN)
    })
}

async fn record(probe: &Probe) -> Result<(), TrialError> {
    let transactions = vec![revenue(probe).await?];
    transactions::record(probe, Record { transactions }).await?;
    Ok(())
}

async fn list(probe: &Probe) -> Result<(), TrialError> {
    let query = ListTransactions {
        customer: Some(sample::customer(probe.quiet()).await?),
        ..ListTransactions::default()
    };
    transactions::list(probe, query).await?;
    Ok(())
}

async fn attribute(probe: &Probe) -> Result<(), TrialError> {
    let agent = sample::agent(probe.quiet()).await?;
    let revenue = revenue(probe).await?;
    let transaction = revenue.id;
    let transactions = vec![revenue];
    transactions::record(probe.quiet(), Record { transactions }).await?;
    let command = Attribute {
        transaction,
        model: AttributionModel::Linear,
        touches: vec![Touch::new(agent, Utc::now())],
    };
    attribution::attribute(probe, command).await?;
    Ok(())
}

/// A budget of a month that nobody plans for.
async fn spend(probe: &Probe) -> Result<(), TrialError> {
    let budget = Allocate::new("trial", (9999, 12), Decimal::TEN);
    let budget = budgets::allocate(probe.quiet(), budget).await?.budget.id;
    budgets::spend(probe, Spend::new(budget, Decimal::ONE)).await?;
    Ok(())
}
