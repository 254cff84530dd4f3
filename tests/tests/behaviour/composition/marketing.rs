//! The operations of campaigns, content and mailing lists.

mod lists;

use chrono::Utc;
use entity::{CampaignId, CampaignStatus, CampaignType, ContentId, ContentStatus, GoalId};
use sea_orm::DatabaseConnection;
use serde_json::{Map, json};
use service::marketing::campaigns::{
    self, CorrectSpending, CreateCampaign, SetBudget, SpendOnCampaign, TransitionCampaign, UpdateCampaign,
};
use service::marketing::content::{self, CreateContent, RecordMetrics, TransitionContent, UpdateContent};
use tests::rows;

use super::case::{Case, case};
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let mut cases = campaigns(db).await;
    cases.extend(content(db).await);
    cases.extend(lists::cases(db).await);
    cases
}

async fn campaigns(db: &DatabaseConnection) -> Vec<Case> {
    let draft = campaign(db).await;
    let runs = campaign(db).await;
    let moved = |id, to| TransitionCampaign {
        id,
        to,
        at: Utc::now(),
    };
    campaigns::transition(db, moved(runs, CampaignStatus::Active))
        .await
        .unwrap();
    campaigns::spend(db, SpendOnCampaign::new(runs, amount("40")))
        .await
        .unwrap();
    let new = |goal| CreateCampaign {
        goal,
        ..CreateCampaign::new("Spring", CampaignType::Email)
    };
    let renamed = |id| UpdateCampaign {
        name: Some("Winter".into()),
        ..UpdateCampaign::new(id)
    };
    let budget = |value: &str| SetBudget {
        id: runs,
        budget: Some(amount(value)),
    };
    vec![
        case(campaigns::create, new(None), new(Some(GoalId::new()))),
        case(campaigns::update, renamed(draft), renamed(CampaignId::new())),
        case(
            campaigns::transition,
            moved(draft, CampaignStatus::Active),
            moved(draft, CampaignStatus::Completed),
        ),
        case(campaigns::set_budget, budget("50"), budget("30")),
        case(
            campaigns::spend,
            SpendOnCampaign::new(runs, amount("60")),
            SpendOnCampaign::new(runs, amount("61")),
        ),
        case(
            campaigns::correct,
            CorrectSpending::new(runs, amount("40"), "booked twice"),
            CorrectSpending::new(runs, amount("41"), "booked twice"),
        ),
    ]
}

async fn campaign(db: &DatabaseConnection) -> CampaignId {
    let command = CreateCampaign {
        budget: Some(amount("100")),
        start_date: Some("2026-01-01".parse().unwrap()),
        ..CreateCampaign::new("Autumn", CampaignType::Social)
    };
    campaigns::create(db, command).await.unwrap().campaign.id
}

async fn content(db: &DatabaseConnection) -> Vec<Case> {
    let draft = CreateContent {
        body: Some("Red hills.".into()),
        ..CreateContent::new("post")
    };
    let draft = content::create(db, draft).await.unwrap().content.id;
    let published = rows::insert(
        db,
        "content",
        [
            ("status", "published".into()),
            ("published_at", Utc::now().into()),
        ],
    );
    let published = ContentId::from(published.await.id());
    let new = |campaign| CreateContent {
        campaign,
        ..CreateContent::new("post")
    };
    let renamed = |id| UpdateContent {
        title: Some(Some("Hills".into())),
        ..UpdateContent::new(id)
    };
    let moved = |to| TransitionContent {
        id: draft,
        to,
        at: Utc::now(),
    };
    let metrics = |id| RecordMetrics {
        id,
        metrics: Map::from_iter([("views".to_owned(), json!(7))]),
    };
    vec![
        case(content::create, new(None), new(Some(CampaignId::new()))),
        case(content::update, renamed(draft), renamed(published)),
        case(
            content::transition,
            moved(ContentStatus::Review),
            moved(ContentStatus::Published),
        ),
        case(content::record_metrics, metrics(published), metrics(draft)),
    ]
}
