//! What agents and campaigns brought in a period.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{AgentId, CampaignId, TransactionType, revenue_attribution, transactions};
use rust_decimal::Decimal;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait};

use crate::error::DatabaseError;
use crate::finance::cents;
use crate::finance::transactions::period;
use crate::operation;

/// Which period, and whose earnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earnings {
    /// First day.
    pub from: NaiveDate,
    /// Last day, which counts.
    pub to: NaiveDate,
    /// Only those of this agent.
    pub agent: Option<AgentId>,
    /// Only those of this campaign.
    pub campaign: Option<CampaignId>,
}

impl Earnings {
    /// Everybody's.
    #[must_use]
    pub fn new(from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            from,
            to,
            agent: None,
            campaign: None,
        }
    }
}

/// What one agent, by one campaign or by none, is credited with in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credited {
    /// The agent.
    pub agent: AgentId,
    /// The campaign, if any.
    pub campaign: Option<CampaignId>,
    /// In which currency.
    pub currency: String,
    /// The share of the revenue.
    pub revenue: Decimal,
    /// The share of what was refunded.
    pub refunded: Decimal,
    /// Revenue less refunds; negative when the revenue was in an earlier period.
    pub net: Decimal,
    /// How many transactions had a touch of theirs, also those that credit nothing.
    pub transactions: u64,
}

/// Revenue less refunds by agent, campaign and currency, in this order. One statement.
///
/// To the cent: the revenue of all rows of a currency adds up to what is attributed of it, and so do the refunds.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn report<C: ConnectionTrait>(db: &C, query: Earnings) -> Result<Vec<Credited>, DatabaseError> {
    use revenue_attribution::Column;
    let db = &operation::named(db, "finance.attribution.report");
    let shared = cents::expr(transactions::Column::Amount.into_expr())
        .mul(cents::expr(Column::AttributionPercentage.into_expr()));
    let mut select = revenue_attribution::Entity::find()
        .select_only()
        .columns([Column::AgentId, Column::CampaignId])
        .columns([transactions::Column::Currency, transactions::Column::Type])
        .column_as(Expr::expr(Func::sum(shared)).cast_as("bigint"), "shared")
        .column_as(Column::TransactionId.count(), "transactions")
        .join(
            JoinType::InnerJoin,
            revenue_attribution::Relation::Transaction.def(),
        )
        .filter(transactions::Column::Type.is_in([TransactionType::Revenue, TransactionType::Refund]))
        .filter(period::within(query.from, query.to))
        .group_by(Column::AgentId)
        .group_by(Column::CampaignId)
        .group_by(transactions::Column::Currency)
        .group_by(transactions::Column::Type);
    if let Some(agent) = query.agent {
        select = select.filter(Column::AgentId.eq(agent));
    }
    if let Some(campaign) = query.campaign {
        select = select.filter(Column::CampaignId.eq(campaign));
    }
    Ok(rounded(select.into_tuple().all(db).await?))
}

type Sum = (AgentId, Option<CampaignId>, String, TransactionType, i64, i64);

/// Rounds hundredths of a percent of a cent to cents, so that each currency's revenue and refunds add up.
fn rounded(sums: Vec<Sum>) -> Vec<Credited> {
    let mut groups: BTreeMap<(String, TransactionType), Vec<Sum>> = BTreeMap::new();
    for sum in sums {
        groups.entry((sum.2.clone(), sum.3)).or_default().push(sum);
    }
    let mut credited: BTreeMap<(AgentId, Option<CampaignId>, String), Credited> = BTreeMap::new();
    for ((currency, kind), mut sums) in groups {
        sums.sort();
        let weights: Vec<u128> = sums.iter().map(|sum| sum.4.unsigned_abs().into()).collect();
        let total = u64::try_from((weights.iter().sum::<u128>() + 5_000) / 10_000).unwrap_or(u64::MAX);
        for (sum, amount) in sums.into_iter().zip(cents::apportion(total, &weights)) {
            let (agent, campaign, .., transactions) = sum;
            let key = (agent, campaign, currency.clone());
            let row = credited.entry(key).or_insert_with(|| Credited {
                agent,
                campaign,
                currency: currency.clone(),
                revenue: Decimal::ZERO,
                refunded: Decimal::ZERO,
                net: Decimal::ZERO,
                transactions: 0,
            });
            match kind {
                TransactionType::Refund => row.refunded = cents::decimal(amount),
                _ => row.revenue = cents::decimal(amount),
            }
            row.net = row.revenue - row.refunded;
            row.transactions += transactions.unsigned_abs();
        }
    }
    credited.into_values().collect()
}
