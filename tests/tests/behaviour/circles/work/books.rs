//! Budgets, transactions and whom they are attributed to.

use chrono::Utc;
use entity::{AgentId, BudgetId, TransactionId, TransactionType};
use sea_orm::DatabaseConnection;
use service::deletion::{self, Delete, Row};
use service::finance::attribution::{self, Attribute, AttributionModel, Touch};
use service::finance::budgets::{self, Allocate, HandOver, SetAllocation, Spend, Transfer};
use service::finance::transactions::{self, NewTransaction, Record};

use super::Work;
use crate::composition::case::{Case, obliging};
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection, work: &Work) -> Vec<Case> {
    let mut held = Vec::new();
    for category in ["ads", "books"] {
        let command = allocation(category, work.owner, "10");
        held.push(budgets::allocate(db, command).await.unwrap().budget.id);
    }
    let mut cases = of_budgets(work, &held);
    cases.extend(of_transactions(db, work).await);
    cases
}

fn allocation(category: &str, owner: AgentId, value: &str) -> Allocate {
    Allocate {
        owner: Some(owner),
        ..Allocate::new(category, (2026, 11), amount(value))
    }
}

fn of_budgets(work: &Work, held: &[BudgetId]) -> Vec<Case> {
    let (one, two) = (held[0], held[1]);
    let spend = |agent: AgentId| Spend {
        agent: Some(agent),
        ..Spend::new(one, amount("1"))
    };
    let to_heir = HandOver {
        budgets: vec![two, one],
        to: Some(work.heir),
    };
    let row = Row::Budget(one);
    vec![
        obliging(budgets::spend, spend(work.owner)),
        obliging(budgets::spend, spend(work.named)),
        obliging(budgets::transfer, Transfer::new(one, two, amount("1"))),
        obliging(budgets::transfer, Transfer::new(two, one, amount("1"))),
        obliging(budgets::hand_over, to_heir),
        obliging(budgets::allocate, allocation("ads", work.owner, "20")),
        obliging(budgets::set_allocation, SetAllocation::new(one, amount("20"))),
        obliging(deletion::delete, Delete { row }),
    ]
}

fn revenue(agents: &[AgentId]) -> Record {
    let new = agents.iter().map(|agent| NewTransaction {
        agent: Some(*agent),
        payment_method: Some("card".into()),
        ..NewTransaction::new(TransactionType::Revenue, "consulting", amount("80"))
    });
    Record {
        transactions: new.collect(),
    }
}

async fn of_transactions(db: &DatabaseConnection, work: &Work) -> Vec<Case> {
    let Work {
        owner, heir, named, ..
    } = *work;
    let recorded = transactions::record(db, revenue(&[owner, named, named])).await;
    let paid: Vec<_> = recorded.unwrap().transactions.iter().map(|row| row.id).collect();
    let credit = |transaction: TransactionId, agents: [AgentId; 2]| Attribute {
        transaction,
        model: AttributionModel::Linear,
        touches: agents.map(|agent| Touch::new(agent, Utc::now())).to_vec(),
    };
    attribution::attribute(db, credit(paid[0], [owner, heir]))
        .await
        .unwrap();
    let row = Row::Transaction(paid[2]);
    vec![
        obliging(transactions::record, revenue(&[owner, named])),
        obliging(transactions::record, revenue(&[named, owner])),
        obliging(attribution::attribute, credit(paid[1], [named, owner])),
        obliging(attribution::attribute, credit(paid[1], [owner, heir])),
        obliging(attribution::attribute, credit(paid[2], [named, owner])),
        obliging(attribution::reattribute, credit(paid[0], [named, owner])),
        obliging(deletion::delete, Delete { row }),
    ]
}
