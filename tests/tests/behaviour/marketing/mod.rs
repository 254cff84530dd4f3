//! Campaigns, content and mailing lists.

mod budget;
mod correcting;
mod erased;
mod instants;
mod linking;
mod lists;
mod meeting;
mod moving;
mod planning;
mod plans;
mod published;
mod races;
mod recipients;
mod statements;
mod subscriber_races;
mod subscriptions;
mod writing;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    CampaignId, CampaignStatus, CampaignType, CustomerId, CustomerSegmentId, EmailListId,
    EmailSubscriberStatus, campaigns as table, email_subscribers,
};
use sea_orm::DatabaseConnection;
use service::marketing::campaigns::{self, CreateCampaign, TransitionCampaign};
use service::marketing::lists as operations;
use service::marketing::lists::{
    Bounce, Complain, Confirm, ConfirmError, Consent, CreateList, OptIn, Subscribe, SubscribeError,
    Subscription, Unsubscribe,
};
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

/// Somebody on the lists.
const ANN: &str = "ann@example.com";

/// A list of that name.
async fn list(db: &DatabaseConnection, name: &str) -> EmailListId {
    let command = CreateList::new(name, "newsletter");
    operations::create(db, command).await.unwrap().list.id
}

async fn subscribe(
    db: &DatabaseConnection,
    list: EmailListId,
    email: &str,
    on: &str,
    opt_in: OptIn,
) -> Result<Subscription, SubscribeError> {
    let command = Subscribe {
        list,
        email: email.into(),
        consent: Consent::new(noon(on), "form"),
        opt_in,
    };
    operations::subscribe(db, command).await
}

/// Subscribes an address with a consent of 2026-01-01.
async fn subscribed(db: &DatabaseConnection, list: EmailListId, email: &str) -> email_subscribers::Model {
    let outcome = subscribe(db, list, email, "2026-01-01", OptIn::Single).await;
    outcome.unwrap().subscription
}

/// Subscribes Ann in one step.
async fn begun(db: &DatabaseConnection, list: EmailListId, on: &str) -> Result<Subscription, SubscribeError> {
    subscribe(db, list, ANN, on, OptIn::Single).await
}

/// Subscribes Ann, to be confirmed.
async fn requested(
    db: &DatabaseConnection,
    list: EmailListId,
    on: &str,
) -> Result<Subscription, SubscribeError> {
    subscribe(db, list, ANN, on, OptIn::Double).await
}

/// Ann confirms.
async fn confirmed(
    db: &DatabaseConnection,
    list: EmailListId,
    on: &str,
) -> Result<Subscription, ConfirmError> {
    let (email, at) = (ANN.into(), noon(on));
    operations::confirm(db, Confirm { list, email, at }).await
}

/// Ann unsubscribes; returns what changed.
async fn ended(
    db: &DatabaseConnection,
    list: Option<EmailListId>,
    on: &str,
) -> Vec<email_subscribers::Model> {
    let (email, at) = (ANN.into(), Some(noon(on)));
    let command = Unsubscribe { email, list, at };
    operations::unsubscribe(db, command).await.unwrap().subscriptions
}

/// Ann's mailbox bounces; returns how many subscriptions changed.
async fn bounced(db: &DatabaseConnection, on: &str) -> usize {
    let (email, at) = (ANN.into(), noon(on));
    let outcome = operations::bounce(db, Bounce { email, at }).await;
    outcome.unwrap().subscriptions.len()
}

/// Ann complains; returns how many subscriptions changed.
async fn complained(db: &DatabaseConnection, on: &str) -> usize {
    let (email, at) = (ANN.into(), noon(on));
    let outcome = operations::complain(db, Complain { email, at }).await;
    outcome.unwrap().subscriptions.len()
}

/// How Ann's subscription stands.
async fn status(db: &DatabaseConnection, list: EmailListId) -> Option<EmailSubscriberStatus> {
    let rows = operations::subscriptions(db, ANN).await.unwrap();
    let own = rows.into_iter().find(|row| row.list_id == list);
    own.map(|row| row.status)
}
