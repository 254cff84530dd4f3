//! Campaigns, content and mailing lists.

mod budget;
mod moving;
mod planning;
mod races;
mod statements;
mod writing;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{CampaignId, CampaignStatus, CampaignType, CustomerId, CustomerSegmentId, campaigns as table};
use sea_orm::DatabaseConnection;
use service::marketing::campaigns::{self, CreateCampaign, TransitionCampaign};
use tests::rows;

/// Noon of a day.
fn noon(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A campaign by e-mail, as a draft.
async fn drafted(db: &DatabaseConnection, command: CreateCampaign) -> table::Model {
    campaigns::create(db, command).await.unwrap().campaign
}

/// A campaign by e-mail.
fn plan() -> CreateCampaign {
    CreateCampaign::new("Autumn", CampaignType::Email)
}

/// Moves a campaign on 2026-10-01.
async fn moved(db: &DatabaseConnection, id: CampaignId, to: CampaignStatus) -> table::Model {
    let at = noon("2026-10-01");
    campaigns::transition(db, TransitionCampaign { id, to, at })
        .await
        .unwrap()
        .campaign
}

/// An active segment with so many members.
async fn segment(db: &DatabaseConnection, members: usize) -> (CustomerSegmentId, Vec<CustomerId>) {
    let segment = rows::insert(db, "customer_segments", []).await.id();
    let mut customers = Vec::new();
    for _ in 0..members {
        let customer = rows::insert(db, "customers", []).await.id();
        join(db, segment.into(), customer.into()).await;
        customers.push(customer.into());
    }
    (segment.into(), customers)
}

/// Makes a customer a member of a segment.
async fn join(db: &DatabaseConnection, segment: CustomerSegmentId, customer: CustomerId) {
    let keys = [
        ("segment_id", segment.as_uuid().into()),
        ("customer_id", customer.as_uuid().into()),
    ];
    rows::insert(db, "customer_segment_members", keys).await;
}
