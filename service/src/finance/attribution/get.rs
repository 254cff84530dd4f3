//! What a transaction is attributed to.

use chrono::{DateTime, Utc};
use entity::{
    AgentId, CampaignId, RevenueAttributionModel, TransactionId, revenue_attribution, transactions,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::attribute::{Attribute, NewRow};
use crate::error::DatabaseError;
use crate::finance::cents;
use crate::operation;

/// A transaction and whom it is credited to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The transaction: revenue, or a refund that takes the credit back.
    pub transaction: TransactionId,
    /// By which rule.
    pub model: RevenueAttributionModel,
    /// The transaction's amount.
    pub amount: Decimal,
    /// In which currency.
    pub currency: String,
    /// By agent and campaign; never empty.
    pub shares: Vec<Share>,
}

/// What one agent, by one campaign or by none, is credited with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The agent.
    pub agent: AgentId,
    /// The campaign, if any.
    pub campaign: Option<CampaignId>,
    /// How much of the transaction, in percent with two decimals. Zero for a touch that the model gives nothing.
    pub percentage: Decimal,
    /// The same in money; the amounts of a fully attributed transaction add up to the transaction's.
    pub amount: Decimal,
    /// When the customer was reached, from the first touch to the last; empty for a refund.
    pub touches: Vec<DateTime<Utc>>,
}

impl Attribution {
    pub(super) fn of(payment: &transactions::Model, mut rows: Vec<revenue_attribution::Model>) -> Self {
        rows.sort_by_key(|row| (row.agent_id, row.campaign_id));
        let model = rows.first().map(|row| row.attribution_model).unwrap_or_default();
        let shares = rows.into_iter().map(|row| Share {
            agent: row.agent_id,
            campaign: row.campaign_id,
            percentage: cents::decimal(cents::of(row.attribution_percentage)),
            amount: Decimal::ZERO,
            touches: touches(&row.touchpoint_data),
        });
        Self::with(payment, model, shares.collect())
    }

    pub(super) fn written(
        payment: &transactions::Model,
        model: RevenueAttributionModel,
        rows: Vec<NewRow>,
    ) -> Self {
        let shares = rows.into_iter().map(|NewRow { credit, .. }| Share {
            agent: credit.agent,
            campaign: credit.campaign,
            percentage: cents::decimal(credit.percentage),
            amount: Decimal::ZERO,
            touches: credit.touches,
        });
        Self::with(payment, model, shares.collect())
    }

    fn with(payment: &transactions::Model, model: RevenueAttributionModel, mut shares: Vec<Share>) -> Self {
        let amount = cents::of(payment.amount);
        let percentages: Vec<u128> = shares
            .iter()
            .map(|share| cents::of(share.percentage).into())
            .collect();
        for (share, amount) in shares.iter_mut().zip(amounts(amount, &percentages)) {
            share.amount = cents::decimal(amount);
        }
        Self {
            transaction: payment.id,
            model,
            amount: cents::decimal(amount),
            currency: payment.currency.clone(),
            shares,
        }
    }
}

/// An amount by percentages, both in hundredths: to the cent, and together what the percentages make together.
fn amounts(amount: u64, percentages: &[u128]) -> Vec<u64> {
    let attributed = (u128::from(amount) * percentages.iter().sum::<u128>() + 5_000) / 10_000;
    cents::apportion(u64::try_from(attributed).unwrap_or(u64::MAX), percentages)
}

/// Whether the rows are what the command writes.
pub(super) fn same(command: &Attribute, rows: &[NewRow], present: &[revenue_attribution::Model]) -> bool {
    let mut present: Vec<_> = present.iter().collect();
    present.sort_by_key(|row| (row.agent_id, row.campaign_id));
    present.len() == rows.len()
        && present.into_iter().zip(rows).all(|(there, new)| {
            there.attribution_model == command.model.kind()
                && (there.agent_id, there.campaign_id) == (new.credit.agent, new.credit.campaign)
                && cents::of(there.attribution_percentage) == new.credit.percentage
                && there.touchpoint_data == new.data
        })
}

fn touches(data: &serde_json::Value) -> Vec<DateTime<Utc>> {
    data.get("touches")
        .and_then(|touches| serde_json::from_value(touches.clone()).ok())
        .unwrap_or_default()
}

/// What a transaction is attributed to; `None` when it is not, or does not exist. One statement.
///
/// # Errors
///
/// What can happen to a connection.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    transaction: TransactionId,
) -> Result<Option<Attribution>, DatabaseError> {
    let db = &operation::named(db, "finance.attribution.find");
    let rows = revenue_attribution::Entity::find()
        .find_also_related(transactions::Entity)
        .filter(revenue_attribution::Column::TransactionId.eq(transaction))
        .all(db)
        .await?;
    let mut payment = None;
    let mut credits = Vec::new();
    for (credit, of) in rows {
        credits.push(credit);
        payment = of.or(payment);
    }
    Ok(payment.map(|payment| Attribution::of(&payment, credits)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn amounts_of_a_full_attribution_add_up_to_the_cent(
            amount in 0..1_000_000_000_000_u64,
            weights in proptest::collection::vec(0..1_000_000_u128, 1..40),
        ) {
            prop_assume!(weights.iter().sum::<u128>() > 0);
            let percentages: Vec<u128> = cents::apportion(10_000, &weights).into_iter().map(u128::from).collect();
            prop_assert_eq!(amounts(amount, &percentages).iter().sum::<u64>(), amount);
        }
    }
}
