//! Who is credited with what an order brought.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{AgentId, CampaignId, RevenueAttributionModel, TransactionId, revenue_attribution};
use serde_json::{Value, json};

use super::Draft;
use super::money::Booked;
use crate::finance::attribution::{AttributionModel, Credit, Touch, credits, mirrored};
use crate::finance::cents::decimal;
use crate::seed::calendar::minutes;
use crate::seed::catalogue::cents;
use crate::seed::dice::{Dice, Of};
use crate::seed::duties::Duty;
use crate::seed::rows::Rows;
use crate::seed::shop::{Sales, Shop};

const HALF_LIFE: Duration = Duration::from_secs(3 * 86_400);

/// Attributes what was paid, and takes back what was refunded, by the rules of [`crate::finance::attribution`].
pub(super) fn attribute(shop: &Shop, n: u64, draft: &Draft, booked: &Booked, sales: &Sales, rows: &mut Rows) {
    let mut dice = shop.source.of(Of::Attribution, n);
    let Some(paid) = draft.fate.paid().filter(|_| dice.chance(600) || draft.is_first) else {
        return;
    };
    let model = match dice.below(10) {
        0..5 => AttributionModel::LastTouch,
        5 => AttributionModel::FirstTouch,
        6..8 => AttributionModel::Linear,
        8 => AttributionModel::PositionBased,
        _ => AttributionModel::TimeDecay { half_life: HALF_LIFE },
    };
    let touches: Vec<_> = (0..=dice.below(3))
        .filter_map(|_| touch(shop, &mut dice, draft.at, sales))
        .collect();
    let mut written = Vec::new();
    for (payment, _) in &booked.payments {
        for credit in credits(model, &touches) {
            let Credit {
                agent,
                campaign,
                percentage,
                touches,
            } = credit;
            let mut data = json!({ "touches": touches });
            if let AttributionModel::TimeDecay { half_life } = model {
                data["half_life_ms"] = json!(u64::try_from(half_life.as_millis()).unwrap_or(u64::MAX));
            }
            let share = (agent, campaign, percentage);
            written.push(row(
                &mut dice,
                *payment,
                model.kind(),
                share,
                data,
                minutes(paid, 1),
            ));
        }
    }
    if let (Some(refund), Some(at)) = (booked.refund, draft.fate.refunded()) {
        let payments: Vec<_> = booked
            .payments
            .iter()
            .map(|(id, amount)| (*id, cents(*amount)))
            .collect();
        let data = json!({ "payments": payments.iter().map(|(id, _)| id).collect::<Vec<_>>() });
        for share in mirrored(&payments, &written) {
            rows.revenue_attribution
                .push(row(&mut dice, refund, model.kind(), share, data.clone(), at));
        }
    }
    rows.revenue_attribution.append(&mut written);
}

/// Somebody reached the customer in the week before.
fn touch(shop: &Shop, dice: &mut Dice, order: DateTime<Utc>, sales: &Sales) -> Option<Touch> {
    let at = minutes(order, -dice.between(3, 7 * 1_440));
    let running = sales.running(at.date_naive());
    let campaign = running
        .get(dice.index(running.len()))
        .filter(|_| dice.chance(700));
    let duty = match campaign {
        Some(campaign) => campaign.duty,
        None => *dice.pick(&[Duty::Homes, Duty::Trade, Duty::Answers]),
    };
    let agent = shop.staff.who(duty, dice)?;
    Some(Touch {
        at,
        agent,
        campaign: campaign.map(|campaign| campaign.id),
    })
}

fn row(
    dice: &mut Dice,
    transaction_id: TransactionId,
    attribution_model: RevenueAttributionModel,
    (agent_id, campaign_id, percentage): (AgentId, Option<CampaignId>, u64),
    touchpoint_data: Value,
    created_at: DateTime<Utc>,
) -> revenue_attribution::Model {
    revenue_attribution::Model {
        id: dice.id(created_at),
        transaction_id,
        agent_id,
        campaign_id,
        attribution_model,
        attribution_percentage: decimal(percentage),
        touchpoint_data,
        created_at,
    }
}
