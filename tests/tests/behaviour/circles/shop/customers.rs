//! Customers and their segments.

use chrono::Utc;
use entity::{CampaignStatus, CampaignType, CustomerSegmentId, CustomerSegmentType};
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::customers::{
    self, DeleteCustomer, EraseCustomer, MergeCustomers, RecordInteraction, UpdateCustomer,
};
use service::deletion::{self, Delete, Row};
use service::marketing::campaigns::{self, CreateCampaign, TransitionCampaign};
use service::segments::{self, CreateSegment, RecomputeSegment, UpdateSegment};

use super::Shop;
use crate::composition::case::{Case, obliging};

pub(super) async fn cases(db: &DatabaseConnection, shop: &Shop) -> Vec<Case> {
    let mut cases = people(shop);
    cases.extend(of_segments(db).await);
    cases
}

fn people(shop: &Shop) -> Vec<Case> {
    let [ann, bob, _] = shop.customers;
    let moved = UpdateCustomer {
        email: Some("anna@example.com".into()),
        ..UpdateCustomer::new(ann)
    };
    let call = RecordInteraction::new(ann, "question", "phone", Utc::now());
    let row = Row::Customer(ann);
    vec![
        obliging(customers::merge, MergeCustomers::new(ann, bob)),
        obliging(customers::merge, MergeCustomers::new(bob, ann)),
        obliging(customers::delete, DeleteCustomer { id: ann }),
        obliging(customers::erase, EraseCustomer::new(ann)),
        obliging(customers::erase, EraseCustomer::new(bob)),
        obliging(customers::update, moved),
        obliging(customers::record_interaction, call),
        obliging(deletion::delete, Delete { row }),
    ]
}

async fn segment(db: &DatabaseConnection, name: &str) -> CustomerSegmentId {
    let everybody = CreateSegment::new(name, CustomerSegmentType::Online, json!({ "all": [] }));
    let id = segments::create(db, everybody).await.unwrap().segment.id;
    segments::recompute(db, now(id)).await.unwrap();
    id
}

fn now(id: CustomerSegmentId) -> RecomputeSegment {
    let now = Utc::now();
    RecomputeSegment { id, now }
}

async fn of_segments(db: &DatabaseConnection) -> Vec<Case> {
    let (target, free) = (segment(db, "target").await, segment(db, "free").await);
    let campaign = CreateCampaign {
        target_segment: Some(target),
        start_date: Some("2026-01-01".parse().unwrap()),
        ..CreateCampaign::new("Autumn", CampaignType::Email)
    };
    let id = campaigns::create(db, campaign).await.unwrap().campaign.id;
    let begin = TransitionCampaign {
        id,
        to: CampaignStatus::Active,
        at: Utc::now(),
    };
    let renamed = UpdateSegment {
        name: Some("other".into()),
        ..UpdateSegment::new(target)
    };
    let deleted = |row| obliging(deletion::delete, Delete { row });
    vec![
        obliging(segments::recompute, now(target)),
        obliging(segments::recompute, now(free)),
        obliging(segments::update, renamed),
        obliging(campaigns::transition, begin),
        deleted(Row::Campaign(id)),
        deleted(Row::Segment(free)),
    ]
}
