//! Products, orders, customers and marketing.

use chrono::Utc;
use entity::{CampaignStatus, CampaignType, ContentStatus, CustomerSegmentType};
use sea_orm::DatabaseConnection;
use serde_json::{Map, json};
use service::catalogue::deletion::{self, DeleteProduct};
use service::catalogue::{self, ArchiveProduct, UpdateProduct};
use service::customers::{
    self as people, DeleteCustomer, MergeCustomers, RecordInteraction, RegisterCustomer,
};
use service::inventory::{self, Release, Reserve, StockLine};
use service::marketing::campaigns::{self, CreateCampaign, SetBudget, SpendOnCampaign, TransitionCampaign};
use service::marketing::content::{self, CreateContent, RecordMetrics, TransitionContent};
use service::marketing::lists::{self, Confirm, Consent, CreateList, OptIn, Subscribe, Unsubscribe};
use service::orders::{
    self, CancelOrder, CompleteOrder, ConfirmOrder, FulfilOrder, Goods, OrderLine, PayOrder, PlaceOrder,
    RefundLine, RefundOrder,
};
use service::segments::{self, CreateSegment, RecomputeSegment};

use crate::shop::{amount, created, stocked};

/// From the shelf to the refund.
pub(crate) async fn shop(db: &DatabaseConnection) {
    let print = created(db, "print", &["PRINT"]).await.product.id;
    let update = UpdateProduct {
        title: Some("Print".to_owned()),
        ..UpdateProduct::new(print)
    };
    catalogue::update(db, update).await.unwrap();
    catalogue::archive(db, ArchiveProduct { id: print })
        .await
        .unwrap();
    deletion::delete(db, DeleteProduct { id: print }).await.unwrap();
    let noir = stocked(db, "NOIR", 20).await;
    let line = || vec![StockLine::new(noir, 1)];
    inventory::reserve(db, Reserve::new(line())).await.unwrap();
    inventory::release(db, Release::new(line())).await.unwrap();

    let buyer = RegisterCustomer::new("buyer@example.com");
    let buyer = people::register(db, buyer).await.unwrap().customer.id;
    let command = PlaceOrder {
        customer: Some(buyer),
        ..PlaceOrder::new(vec![OrderLine::new(noir, 3)])
    };
    let placed = orders::place(db, command).await.unwrap();
    let id = placed.order.id;
    orders::confirm(db, ConfirmOrder { id }).await.unwrap();
    let all = PayOrder::new(id, placed.order.total_amount);
    orders::pay(db, all).await.unwrap();
    orders::fulfil(db, FulfilOrder::all(id)).await.unwrap();
    orders::complete(db, CompleteOrder { id }).await.unwrap();
    let back = RefundLine {
        line: placed.items[0].id,
        quantity: 1,
        goods: Goods::Restocked(None),
    };
    for refund in [
        RefundOrder::lines(id, vec![back]),
        RefundOrder::amount(id, amount("1")),
    ] {
        orders::refund(db, refund).await.unwrap();
    }
    let other = PlaceOrder::new(vec![OrderLine::new(noir, 1)]);
    let id = orders::place(db, other).await.unwrap().order.id;
    orders::cancel(db, CancelOrder { id }).await.unwrap();
    people::delete(db, DeleteCustomer { id: buyer }).await.unwrap();
}

/// Two who turn out to be one.
pub(crate) async fn customers(db: &DatabaseConnection) {
    let mut ids = Vec::new();
    for email in ["ann@example.com", "anna@example.com"] {
        let command = RegisterCustomer::new(email);
        let id = people::register(db, command).await.unwrap().customer.id;
        let call = RecordInteraction::new(id, "call", "phone", Utc::now());
        people::record_interaction(db, call).await.unwrap();
        let variant = stocked(db, email, 1).await;
        let command = PlaceOrder {
            customer: Some(id),
            ..PlaceOrder::new(vec![OrderLine::new(variant, 1)])
        };
        let order = orders::place(db, command).await.unwrap().order;
        let paid = PayOrder::new(order.id, order.total_amount);
        orders::pay(db, paid).await.unwrap();
        ids.push(id);
    }
    let criteria = json!({ "all": [{ "field": "orders", "gte": 1 }] });
    let segment = CreateSegment::new("buyers", CustomerSegmentType::Online, criteria);
    let id = segment.id;
    segments::create(db, segment).await.unwrap();
    let now = Utc::now();
    let recompute = RecomputeSegment { id, now };
    assert_eq!(segments::recompute(db, recompute).await.unwrap().members, 2);
    people::merge(db, MergeCustomers::new(ids[0], ids[1]))
        .await
        .unwrap();
    assert_eq!(segments::recompute(db, recompute).await.unwrap().members, 1);
}

/// A list, what is written to it, and what that costs.
pub(crate) async fn marketing(db: &DatabaseConnection) {
    let list = lists::create(db, CreateList::new("news", "newsletter"))
        .await
        .unwrap();
    let (list, email) = (list.list.id, "reader@example.com".to_owned());
    let command = Subscribe {
        list,
        email: email.clone(),
        consent: Consent::new(Utc::now(), "form"),
        opt_in: OptIn::Double,
    };
    lists::subscribe(db, command).await.unwrap();
    let at = Utc::now();
    let command = Confirm {
        list,
        email: email.clone(),
        at,
    };
    lists::confirm(db, command).await.unwrap();
    let command = Unsubscribe {
        email,
        list: Some(list),
        at: None,
    };
    lists::unsubscribe(db, command).await.unwrap();

    let plan = CreateCampaign::new("Autumn", CampaignType::Social);
    let plan = CreateCampaign {
        start_date: Some(at.date_naive()),
        ..plan
    };
    let id = campaigns::create(db, plan).await.unwrap().campaign.id;
    let to = CampaignStatus::Active;
    let command = TransitionCampaign { id, to, at };
    campaigns::transition(db, command).await.unwrap();
    let budget = Some(amount("10"));
    campaigns::set_budget(db, SetBudget { id, budget }).await.unwrap();
    let command = SpendOnCampaign::new(id, amount("1"));
    campaigns::spend(db, command).await.unwrap();

    let command = CreateContent {
        body: Some("Glow".into()),
        ..CreateContent::new("post")
    };
    let id = content::create(db, command).await.unwrap().content.id;
    for to in [
        ContentStatus::Review,
        ContentStatus::Approved,
        ContentStatus::Published,
    ] {
        content::transition(db, TransitionContent { id, to, at })
            .await
            .unwrap();
    }
    let metrics = Map::from_iter([("opens".to_owned(), json!(1))]);
    content::record_metrics(db, RecordMetrics { id, metrics })
        .await
        .unwrap();
}
