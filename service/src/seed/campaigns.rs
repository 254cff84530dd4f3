//! Campaigns, what they show, and what they cost.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use entity::{
    CampaignId, CampaignStatus, CampaignType, ContentStatus, SystemEventId, SystemEventSeverity,
    TransactionType, campaigns, content, system_events, transactions,
};
use serde_json::json;

use super::calendar::{after, is_black_friday, start};
use super::catalogue::cents;
use super::dice::{Dice, Of};
use super::rows::Rows;
use super::shop::Shop;
use crate::marketing::campaigns::{SpendOnCampaign, Spent};

const KINDS: [(CampaignType, &str, &str); 3] = [
    (CampaignType::Email, "letters", "newsletter"),
    (CampaignType::Social, "pictures", "post"),
    (CampaignType::Ads, "adverts", "advert"),
];
const PIECES: [&str; 3] = ["teaser", "story", "reminder"];

/// A campaign that an order may have come by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) id: CampaignId,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

/// The campaigns of a month, given its first and last day.
pub(super) fn month(
    shop: &Shop,
    n: usize,
    first: NaiveDate,
    last: NaiveDate,
    rows: &mut Rows,
) -> Vec<Running> {
    let mut running = Vec::new();
    for (k, (kind, what, piece)) in KINDS.into_iter().enumerate() {
        let number = (n * 10 + k) as u64;
        let mut dice = shop.source.of(Of::Campaign, number);
        let friday = first
            .iter_days()
            .take_while(|date| *date <= last)
            .find(|date| is_black_friday(*date));
        let (name, from, to) = match friday {
            Some(friday) if k == 0 => (
                "Black Friday".to_owned(),
                friday - Days::new(3),
                friday + Days::new(3),
            ),
            _ => {
                let from = first + Days::new(dice.below(8));
                (
                    first.format("%B").to_string(),
                    from,
                    from + Days::new(10 + dice.below(9)),
                )
            }
        };
        let created = start(from) - TimeDelta::days(9) + TimeDelta::minutes(k as i64);
        let mut campaign = campaigns::Model {
            id: dice.id(created),
            name: format!("{name} {what} {}", first.format("%Y-%m")),
            r#type: kind,
            goal_id: shop.goals.get(k * 2 + 1).copied(),
            owner_agent_id: shop.staff.lead(k),
            target_segment_id: shop
                .audiences
                .get(dice.index(shop.audiences.len()))
                .map(|audience| audience.id),
            status: status(shop, from, to),
            budget: None,
            spent: cents(0),
            start_date: Some(from),
            end_date: Some(to),
            metadata: json!({ "channel": kind, "tone": dice.pick(&["warm", "plain", "playful"]) }),
            created_at: created,
            updated_at: created,
        };
        spend(shop, &mut dice, &mut campaign, (from, to), rows);
        if may_be_named(campaign.status) {
            let id = campaign.id;
            running.push(Running { id, from, to });
        }
        pieces(shop, number, &campaign, piece, rows);
        rows.campaigns.push(campaign);
    }
    running
}

fn status(shop: &Shop, from: NaiveDate, to: NaiveDate) -> CampaignStatus {
    let today = shop.calendar.until();
    if start(from) >= today {
        CampaignStatus::Scheduled
    } else if start(to) + TimeDelta::days(1) > today {
        CampaignStatus::Active
    } else {
        CampaignStatus::Completed
    }
}

const fn may_be_named(status: CampaignStatus) -> bool {
    matches!(status, CampaignStatus::Active | CampaignStatus::Completed)
}

/// Several expenses while it runs, each in the books and remembered, as if they had been sent one by one.
fn spend(
    shop: &Shop,
    dice: &mut Dice,
    campaign: &mut campaigns::Model,
    (from, to): (NaiveDate, NaiveDate),
    rows: &mut Rows,
) {
    let length = u64::try_from((to - from).num_milliseconds()).unwrap_or(0);
    let share = length / 4;
    let mut expenses: Vec<(DateTime<Utc>, i64)> = Vec::new();
    for n in 0..4 {
        let at = after(start(from), n * share + dice.below(share.max(1)));
        let amount = dice.between(4_000, 60_000);
        if at < shop.calendar.until() {
            expenses.push((at, amount));
        }
    }
    let sum: i64 = expenses.iter().map(|(_, amount)| amount).sum();
    let budget = (sum + dice.between(2_000, 80_000) + 49_999) / 50_000 * 50_000;
    campaign.budget = Some(cents(budget));
    let mut spent = 0;
    for (at, amount) in expenses {
        spent += amount;
        let command = SpendOnCampaign {
            agent: campaign.owner_agent_id,
            payment_method: Some("card".to_owned()),
            ..SpendOnCampaign::new(campaign.id, cents(amount))
        };
        let command = SpendOnCampaign {
            id: dice.id(at),
            ..command
        };
        let outcome = Spent {
            transaction: command.id,
            spent: cents(spent),
            budget: campaign.budget,
        };
        rows.transactions.push(transactions::Model {
            id: command.id,
            r#type: TransactionType::Expense,
            category: "marketing".to_owned(),
            amount: command.amount,
            currency: "USD".to_owned(),
            description: None,
            order_id: None,
            customer_id: None,
            agent_id: command.agent,
            payment_method: command.payment_method.clone(),
            transaction_date: at.date_naive(),
            created_at: at,
        });
        rows.system_events.push(system_events::Model {
            id: SystemEventId::from(command.id.as_uuid()),
            event_type: "campaign.spent".to_owned(),
            severity: SystemEventSeverity::Info,
            source_agent_id: None,
            message: "campaign.spent".to_owned(),
            details: json!({ "command": command, "outcome": outcome }),
            created_at: at,
        });
        campaign.updated_at = at;
    }
    campaign.spent = cents(spent);
}

fn pieces(shop: &Shop, number: u64, campaign: &campaigns::Model, kind: &str, rows: &mut Rows) {
    for (k, piece) in (0..).zip(PIECES) {
        let mut dice = shop.source.of(Of::Content, number * 10 + k);
        let created_at = campaign.created_at + TimeDelta::hours(dice.between(1, 100));
        let shown = campaign
            .start_date
            .map(|from| start(from) + TimeDelta::hours(9 + 48 * k as i64));
        let published_at = shown.filter(|at| may_be_named(campaign.status) && *at < shop.calendar.until());
        let status = match published_at {
            Some(_) if campaign.status == CampaignStatus::Completed && dice.chance(250) => {
                ContentStatus::Archived
            }
            Some(_) => ContentStatus::Published,
            None => *dice.pick(&[
                ContentStatus::Draft,
                ContentStatus::Review,
                ContentStatus::Approved,
            ]),
        };
        let views = dice.between(400, 9_000);
        rows.content.push(content::Model {
            id: dice.id(created_at),
            r#type: kind.to_owned(),
            title: Some(format!("{}: {piece}", campaign.name)),
            body: Some("A wall is the largest frame in the room.".to_owned()),
            metadata: json!({ "language": "en" }),
            created_by_agent_id: shop.staff.specialist(dice.index(6)),
            campaign_id: Some(campaign.id),
            status,
            performance_metrics: match published_at {
                Some(_) => json!({ "views": views, "clicks": views * dice.between(2, 9) / 100 }),
                None => json!({}),
            },
            created_at,
            published_at,
        });
    }
}
