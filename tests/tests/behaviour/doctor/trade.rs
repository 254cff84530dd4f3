//! A shop after some days of work, by its operations alone.

use std::time::Duration;

use chrono::{NaiveDate, Utc};
use entity::{AgentId, AgentType, CustomerId, OrderId, ProductVariantId};
use sea_orm::DatabaseConnection;
use service::agents::{self, DecommissionAgent, RegisterAgent};
use service::customers::{self, EraseCustomer, MergeCustomers, RegisterCustomer};
use service::finance::attribution::{self, Attribute, AttributionModel, Touch};
use service::finance::budgets::{self, Allocate, Correct, Spend};
use service::inventory::{self, Release, Reserve, StockLine};
use service::marketing::campaigns::{self, CorrectSpending, SpendOnCampaign};
use service::marketing::lists::{self, Consent, CreateList, OptIn, Subscribe, Unsubscribe};
use service::orders::{
    self, CancelOrder, CompleteOrder, ConfirmOrder, FulfilOrder, Goods, OrderLine, PayOrder, PlaceOrder,
    PlacedOrder, RefundLine, RefundOrder,
};
use service::workflows::executions::{StartExecution, start};
use service::workflows::tasks::{ClaimTasks, CompleteTask, NewTask, claim, complete};
use tests::rows;

use crate::shop::{amount, stocked};

/// Everything that money, stock, work and people go through.
pub(super) async fn trade(db: &DatabaseConnection) {
    let staff = staff(db).await;
    let customer = people(db).await;
    let variant = stocked(db, "NOIR", 90).await;
    let payment = orders(db, customer, variant).await;
    money(db, staff, payment).await;
    work(db, staff[2]).await;
    rows::insert(db, "goals", [("owner_agent_id", staff[1].as_uuid().into())]).await;
    agents::decommission(db, DecommissionAgent::new(staff[1], staff[0]))
        .await
        .unwrap();
}

async fn staff(db: &DatabaseConnection) -> [AgentId; 3] {
    let mut staff = Vec::new();
    for (name, kind, parent) in [
        ("chief", AgentType::Orchestrator, None),
        ("sales", AgentType::Director, Some(0)),
        ("packer", AgentType::Specialist, Some(1)),
    ] {
        let command = RegisterAgent {
            parent: parent.map(|n: usize| staff[n]),
            ..RegisterAgent::new(name, kind)
        };
        staff.push(agents::register(db, command).await.unwrap().agent.id);
    }
    // Who comes after the director, with whom the packer may stand.
    let next = RegisterAgent {
        parent: Some(staff[0]),
        ..RegisterAgent::new("sales two", AgentType::Director)
    };
    let next = agents::register(db, next).await.unwrap().agent.id;
    [next, staff[1], staff[2]]
}

async fn people(db: &DatabaseConnection) -> CustomerId {
    let mut people = Vec::new();
    for email in ["ann@example.com", "anna@example.com", "bob@example.com"] {
        let registered = customers::register(db, RegisterCustomer::new(email))
            .await
            .unwrap();
        people.push(registered.customer.id);
    }
    let list = lists::create(db, CreateList::new("news", "newsletter"))
        .await
        .unwrap()
        .list
        .id;
    for email in ["ann@example.com", "bob@example.com", "cleo@example.com"] {
        let command = Subscribe {
            list,
            email: email.into(),
            consent: Consent::new(Utc::now(), "checkout"),
            opt_in: OptIn::Single,
        };
        lists::subscribe(db, command).await.unwrap();
    }
    let ended = Unsubscribe {
        email: "bob@example.com".into(),
        list: None,
        at: None,
    };
    lists::unsubscribe(db, ended).await.unwrap();
    customers::merge(db, MergeCustomers::new(people[1], people[0]))
        .await
        .unwrap();
    customers::erase(db, EraseCustomer::new(people[2])).await.unwrap();
    people[0]
}

/// An order in each state; what is returned is the one that was paid, sent and refunded in part.
async fn orders(db: &DatabaseConnection, customer: CustomerId, variant: ProductVariantId) -> PayOrder {
    let place = |quantity| PlaceOrder {
        customer: Some(customer),
        tax: amount("4.40"),
        shipping: amount("9.95"),
        ..PlaceOrder::new(vec![OrderLine::new(variant, quantity)])
    };
    let PlacedOrder { order, items } = orders::place(db, place(5)).await.unwrap();
    let paid = confirm_and_pay(db, order.id).await;
    orders::fulfil(db, FulfilOrder::all(order.id)).await.unwrap();
    orders::complete(db, CompleteOrder { id: order.id })
        .await
        .unwrap();
    let back = RefundLine {
        line: items[0].id,
        quantity: 2,
        goods: Goods::Restocked(None),
    };
    orders::refund(db, RefundOrder::lines(order.id, vec![back]))
        .await
        .unwrap();

    let unsent = orders::place(db, place(3)).await.unwrap();
    confirm_and_pay(db, unsent.order.id).await;
    let dropped = RefundLine {
        line: unsent.items[0].id,
        quantity: 1,
        goods: Goods::Unsent,
    };
    orders::refund(db, RefundOrder::lines(unsent.order.id, vec![dropped]))
        .await
        .unwrap();
    let cancelled = orders::place(db, place(2)).await.unwrap().order.id;
    orders::cancel(db, CancelOrder { id: cancelled }).await.unwrap();
    orders::place(db, place(7)).await.unwrap();

    let by_hand = |n| vec![StockLine::new(variant, n)];
    inventory::reserve(db, Reserve::new(by_hand(6))).await.unwrap();
    inventory::release(db, Release::new(by_hand(2))).await.unwrap();
    paid
}

async fn confirm_and_pay(db: &DatabaseConnection, id: OrderId) -> PayOrder {
    let order = orders::confirm(db, ConfirmOrder { id }).await.unwrap().order;
    let payment = PayOrder::new(id, order.total_amount);
    orders::pay(db, payment.clone()).await.unwrap();
    payment
}

async fn money(db: &DatabaseConnection, [one, two, three]: [AgentId; 3], payment: PayOrder) {
    let touches = [one, two, three].map(|agent| Touch::new(agent, Utc::now()));
    let command = Attribute {
        transaction: payment.id,
        model: AttributionModel::Linear,
        touches: touches.to_vec(),
    };
    attribution::attribute(db, command).await.unwrap();
    let budget = budgets::allocate(db, Allocate::new("ads", (2026, 11), amount("500")))
        .await
        .unwrap()
        .budget
        .id;
    budgets::spend(db, Spend::new(budget, amount("120.50")))
        .await
        .unwrap();
    budgets::correct(db, Correct::new(budget, amount("20.25"), "typed wrong"))
        .await
        .unwrap();
    let campaign = rows::insert(
        db,
        "campaigns",
        [("status", "active".into()), ("budget", amount("90").into())],
    );
    let campaign = campaign.await.id().into();
    campaigns::spend(db, SpendOnCampaign::new(campaign, amount("34.33")))
        .await
        .unwrap();
    campaigns::correct(db, CorrectSpending::new(campaign, amount("1"), "typed wrong"))
        .await
        .unwrap();
}

async fn work(db: &DatabaseConnection, agent: AgentId) {
    let workflow = rows::insert(db, "workflows", []).await.id().into();
    for tasks in [1, 3] {
        let command = StartExecution {
            tasks: (0..tasks).map(|_| NewTask::new(agent, "pack")).collect(),
            ..StartExecution::new(workflow)
        };
        start(db, command).await.unwrap();
    }
    let lease = Duration::from_secs(600);
    let claimed = claim(
        db,
        ClaimTasks {
            agent,
            limit: 3,
            lease,
        },
    )
    .await
    .unwrap();
    for task in &claimed.tasks[..2] {
        complete(db, CompleteTask::new(task.into())).await.unwrap();
    }
    let product = rows::insert(db, "products", []).await.id();
    for (from, to) in [("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-01")] {
        let day = |text: &str| -> NaiveDate { text.parse().unwrap() };
        let given = [
            ("product_id", product.into()),
            ("period_start", day(from).into()),
            ("period_end", day(to).into()),
        ];
        rows::insert(db, "product_metrics", given).await;
    }
    for table in ["reports", "content", "configurations", "customer_segments"] {
        rows::insert(db, table, []).await;
    }
}
