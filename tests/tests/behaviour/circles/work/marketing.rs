//! A campaign, its content, and a KPI.

use chrono::Utc;
use entity::{AgentId, CampaignId, CampaignStatus, CampaignType, KpiId};
use sea_orm::DatabaseConnection;
use service::analytics::kpis::{self, DefineKpi, UpdateKpi};
use service::analytics::measurements::{self, NewMeasurement, OnConflict, RecordMeasurements};
use service::deletion::{self, Delete, Row};
use service::marketing::campaigns::{
    self, CorrectSpending, CreateCampaign, SetBudget, SpendOnCampaign, TransitionCampaign, UpdateCampaign,
};
use service::marketing::content::{self, CreateContent, UpdateContent};

use super::Work;
use crate::composition::case::{Case, obliging};
use crate::shop::amount;

pub(super) async fn cases(db: &DatabaseConnection, work: &Work) -> Vec<Case> {
    let campaign = CreateCampaign {
        owner: Some(work.owner),
        goal: Some(work.goals[0]),
        budget: Some(amount("100")),
        start_date: Some("2026-01-01".parse().unwrap()),
        ..CreateCampaign::new("Autumn", CampaignType::Social)
    };
    let campaign = campaigns::create(db, campaign).await.unwrap().campaign.id;
    campaigns::transition(db, moved(campaign, CampaignStatus::Active))
        .await
        .unwrap();
    campaigns::spend(db, SpendOnCampaign::new(campaign, amount("5")))
        .await
        .unwrap();
    let kpi = DefineKpi {
        owner: Some(work.owner),
        ..DefineKpi::new("Sales", "sales")
    };
    let kpi = kpis::define(db, kpi).await.unwrap().kpi.id;
    let mut cases = of_campaign(work, campaign);
    cases.extend(of_content(db, work, campaign).await);
    cases.extend(of_kpi(work, kpi));
    cases
}

fn moved(id: CampaignId, to: CampaignStatus) -> TransitionCampaign {
    let at = Utc::now();
    TransitionCampaign { id, to, at }
}

fn of_campaign(work: &Work, id: CampaignId) -> Vec<Case> {
    let spend = |agent: AgentId| SpendOnCampaign {
        agent: Some(agent),
        ..SpendOnCampaign::new(id, amount("1"))
    };
    let correct = CorrectSpending {
        agent: Some(work.owner),
        ..CorrectSpending::new(id, amount("1"), "booked twice")
    };
    let to_heir = UpdateCampaign {
        owner: Some(Some(work.heir)),
        ..UpdateCampaign::new(id)
    };
    let to_goal = UpdateCampaign {
        goal: Some(Some(work.goals[2])),
        ..UpdateCampaign::new(id)
    };
    let budget = Some(amount("50"));
    vec![
        obliging(campaigns::spend, spend(work.owner)),
        obliging(campaigns::spend, spend(work.named)),
        obliging(campaigns::correct, correct),
        obliging(campaigns::update, to_heir),
        obliging(campaigns::update, to_goal),
        obliging(campaigns::transition, moved(id, CampaignStatus::Completed)),
        obliging(campaigns::set_budget, SetBudget { id, budget }),
        obliging(
            deletion::delete,
            Delete {
                row: Row::Campaign(id),
            },
        ),
    ]
}

async fn of_content(db: &DatabaseConnection, work: &Work, campaign: CampaignId) -> Vec<Case> {
    let new = CreateContent {
        created_by: Some(work.owner),
        campaign: Some(campaign),
        ..CreateContent::new("post")
    };
    let id = content::create(db, new).await.unwrap().content.id;
    let new = CreateContent {
        created_by: Some(work.owner),
        campaign: Some(campaign),
        ..CreateContent::new("post")
    };
    let off = UpdateContent {
        campaign: Some(None),
        ..UpdateContent::new(id)
    };
    let row = Row::Content(id);
    vec![
        obliging(content::create, new),
        obliging(content::update, off),
        obliging(deletion::delete, Delete { row }),
    ]
}

fn of_kpi(work: &Work, kpi: KpiId) -> Vec<Case> {
    let to_heir = UpdateKpi {
        owner: Some(Some(work.heir)),
        ..UpdateKpi::new(kpi)
    };
    let measured = RecordMeasurements {
        measurements: vec![NewMeasurement::new(kpi, Utc::now(), amount("7"))],
        on_conflict: OnConflict::Refuse,
    };
    let row = Row::Kpi(kpi);
    vec![
        obliging(kpis::update, to_heir),
        obliging(measurements::record, measured),
        obliging(deletion::delete, Delete { row }),
    ]
}
