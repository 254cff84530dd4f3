//! A refund takes its attribution back.
//!
//! The rows of a refund mirror those of the payments of its order: the same agents and campaigns, by the payments' amounts when
//! there are several. They follow when a payment is attributed after it was refunded, or attributed anew.

use std::collections::BTreeMap;

use entity::{
    AgentId, CampaignId, OrderId, RevenueAttributionId, RevenueAttributionModel, TransactionId,
    TransactionType, revenue_attribution, transactions,
};
use rust_decimal::Decimal;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::batch::{MAX_ELEMENTS, among};
use crate::error::DatabaseError;
use crate::finance::cents;

/// Writes the attribution of a refund that was just recorded: the shares of the payments it refunds, weighted by their amounts.
///
/// The shares add up to 100.00 when the payments are fully attributed; a refund of payments that nobody attributed gets no rows,
/// until somebody attributes them. Runs in the caller's transaction, in three statements (two when nothing is attributed);
/// locks the payments by id, so that no attribution of theirs slips by. Give all payments of the order.
pub(crate) async fn take_back<C: ConnectionTrait>(
    db: &C,
    refund: TransactionId,
    paid: &[TransactionId],
) -> Result<(), DatabaseError> {
    let payments = amounts()
        .filter(among(db, transactions::Column::Id, paid.iter().copied()))
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(db)
        .await?;
    let mirror = Mirror::of(db, payments).await?;
    mirror.write(db, &[refund]).await
}

/// Lets the refunds of an order follow its payments, of which one has just been attributed. One statement when there is no refund,
/// else four or five.
///
/// Refunds are locked by id, after the payment: of two payments of one order that are attributed at once, the later one sees
/// what the earlier one wrote. The other payments are not locked, or the two would wait for each other.
pub(super) async fn follow<C: ConnectionTrait>(db: &C, order: OrderId) -> Result<(), DatabaseError> {
    use transactions::Column;
    let refunds: Vec<TransactionId> = transactions::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::OrderId.eq(order))
        .filter(Column::Type.eq(TransactionType::Refund))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(db)
        .await?;
    if refunds.is_empty() {
        return Ok(());
    }
    let payments = amounts()
        .filter(Column::OrderId.eq(order))
        .into_tuple()
        .all(db)
        .await?;
    let mirror = Mirror::of(db, payments).await?;
    revenue_attribution::Entity::delete_many()
        .filter(among(
            db,
            revenue_attribution::Column::TransactionId,
            refunds.iter().copied(),
        ))
        .exec(db)
        .await?;
    mirror.write(db, &refunds).await
}

/// Payments with their amounts, by id.
fn amounts() -> sea_orm::Select<transactions::Entity> {
    use transactions::Column;
    transactions::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Amount])
        .filter(Column::Type.eq(TransactionType::Revenue))
        .order_by_asc(Column::Id)
}

/// What each refund of the same payments is attributed to.
struct Mirror {
    payments: Vec<TransactionId>,
    model: RevenueAttributionModel,
    shares: Vec<(AgentId, Option<CampaignId>, u64)>,
}

impl Mirror {
    async fn of<C: ConnectionTrait>(
        db: &C,
        payments: Vec<(TransactionId, Decimal)>,
    ) -> Result<Self, DatabaseError> {
        let ids: Vec<_> = payments.iter().map(|(id, _)| *id).collect();
        let credits = revenue_attribution::Entity::find()
            .filter(among(
                db,
                revenue_attribution::Column::TransactionId,
                ids.iter().copied(),
            ))
            .order_by_asc(revenue_attribution::Column::TransactionId)
            .all(db)
            .await?;
        Ok(Self {
            model: credits
                .first()
                .map(|credit| credit.attribution_model)
                .unwrap_or_default(),
            shares: mirrored(&payments, &credits),
            payments: ids,
        })
    }

    async fn write<C: ConnectionTrait>(
        &self,
        db: &C,
        refunds: &[TransactionId],
    ) -> Result<(), DatabaseError> {
        let rows: Vec<_> = refunds
            .iter()
            .flat_map(|refund| self.shares.iter().map(|share| self.row(*refund, *share)))
            .collect();
        for batch in rows.chunks(MAX_ELEMENTS) {
            revenue_attribution::Entity::insert_many(batch.iter().cloned())
                .exec_without_returning(db)
                .await?;
        }
        Ok(())
    }

    fn row(
        &self,
        refund: TransactionId,
        (agent, campaign, percentage): (AgentId, Option<CampaignId>, u64),
    ) -> revenue_attribution::ActiveModel {
        revenue_attribution::ActiveModel {
            id: Set(RevenueAttributionId::new()),
            transaction_id: Set(refund),
            agent_id: Set(agent),
            campaign_id: Set(campaign),
            attribution_model: Set(self.model),
            attribution_percentage: Set(cents::decimal(percentage)),
            touchpoint_data: Set(json!({ "payments": self.payments })),
            ..Default::default()
        }
    }
}

/// The shares of payments taken together, in hundredths of a percent: each payment counts by its amount, and what is attributed
/// of all of them is what their refund is attributed to. Whoever got nothing gives nothing back.
pub(crate) fn mirrored(
    payments: &[(TransactionId, Decimal)],
    credits: &[revenue_attribution::Model],
) -> Vec<(AgentId, Option<CampaignId>, u64)> {
    let amounts: BTreeMap<_, _> = payments
        .iter()
        .map(|(id, amount)| (*id, u128::from(cents::of(*amount))))
        .collect();
    let paid: u128 = amounts.values().sum();
    let mut weights: BTreeMap<(AgentId, Option<CampaignId>), u128> = BTreeMap::new();
    for credit in credits {
        let amount = amounts.get(&credit.transaction_id).copied().unwrap_or(0);
        let weight = amount * u128::from(cents::of(credit.attribution_percentage));
        if weight > 0 {
            *weights.entry((credit.agent_id, credit.campaign_id)).or_default() += weight;
        }
    }
    if paid == 0 {
        return Vec::new();
    }
    let credited: u128 = weights.values().sum();
    let attributed = u64::try_from((credited + paid / 2) / paid).unwrap_or(u64::MAX);
    let shares = cents::apportion(attributed, &weights.values().copied().collect::<Vec<_>>());
    weights
        .into_keys()
        .zip(shares)
        .filter(|(_, share)| *share > 0)
        .map(|((agent, campaign), share)| (agent, campaign, share))
        .collect()
}
