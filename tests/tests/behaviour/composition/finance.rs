//! The operations of the books.

use chrono::Utc;
use entity::{AgentId, BudgetId, TransactionId, TransactionType};
use sea_orm::DatabaseConnection;
use service::finance::attribution::{self, Attribute, AttributionModel, Touch};
use service::finance::budgets::{self, Allocate, Correct, HandOver, SetAllocation, Spend, Transfer};
use service::finance::transactions::{self, NewTransaction, Record};
use tests::rows;

use super::case::{Case, case};
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let agent = AgentId::from(rows::insert(db, "agents", []).await.id());
    let mut cases = books(db, agent).await;
    cases.extend(budgets(db, agent).await);
    cases
}

fn revenue(agent: Option<AgentId>) -> Record {
    let new = NewTransaction::new(TransactionType::Revenue, "consulting", amount("80"));
    let payment_method = Some("card".into());
    Record {
        transactions: vec![NewTransaction {
            agent,
            payment_method,
            ..new
        }],
    }
}

async fn recorded(db: &DatabaseConnection) -> TransactionId {
    let command = revenue(None);
    transactions::record(db, command).await.unwrap().transactions[0].id
}

async fn books(db: &DatabaseConnection, agent: AgentId) -> Vec<Case> {
    let (fresh, credited) = (recorded(db).await, recorded(db).await);
    let credit = |transaction, agent, model| Attribute {
        transaction,
        model,
        touches: vec![Touch::new(agent, Utc::now())],
    };
    let (first, last) = (AttributionModel::FirstTouch, AttributionModel::LastTouch);
    attribution::attribute(db, credit(credited, agent, first))
        .await
        .unwrap();
    let nobody = AgentId::new();
    vec![
        case(transactions::record, revenue(Some(agent)), revenue(Some(nobody))),
        case(
            attribution::attribute,
            credit(fresh, agent, first),
            credit(credited, agent, last),
        ),
        case(
            attribution::reattribute,
            credit(credited, agent, last),
            credit(credited, nobody, last),
        ),
    ]
}

async fn budget(db: &DatabaseConnection, category: &str) -> BudgetId {
    let command = Allocate::new(category, (2026, 11), amount("10"));
    let budget = budgets::allocate(db, command).await.unwrap().budget.id;
    budgets::spend(db, Spend::new(budget, amount("4"))).await.unwrap();
    budget
}

async fn budgets(db: &DatabaseConnection, agent: AgentId) -> Vec<Case> {
    let (ads, books) = (budget(db, "ads").await, budget(db, "books").await);
    let hand_over = |budget| HandOver {
        budgets: vec![ads, budget],
        to: Some(agent),
    };
    vec![
        case(
            budgets::allocate,
            Allocate::new("rent", (2026, 11), amount("5")),
            Allocate::new("ads", (2026, 11), amount("3")),
        ),
        case(
            budgets::set_allocation,
            SetAllocation::new(ads, amount("9")),
            SetAllocation::new(ads, amount("3")),
        ),
        case(
            budgets::spend,
            Spend::new(ads, amount("6")),
            Spend::new(ads, amount("7")),
        ),
        case(
            budgets::correct,
            Correct::new(ads, amount("4"), "booked twice"),
            Correct::new(ads, amount("5"), "booked twice"),
        ),
        case(
            budgets::transfer,
            Transfer::new(ads, books, amount("6")),
            Transfer::new(ads, books, amount("7")),
        ),
        case(budgets::hand_over, hand_over(books), hand_over(BudgetId::new())),
    ]
}
