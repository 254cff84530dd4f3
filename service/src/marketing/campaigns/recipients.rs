//! Who may be mailed for a campaign.

use entity::{
    CampaignId, CampaignStatus, CampaignType, CustomerId, CustomerSegmentId, EmailListId,
    EmailSubscriberStatus, customer_segment_members, email_lists, email_subscribers,
};
use futures_util::stream::{self, Stream, TryStreamExt};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use thiserror::Error;

use super::{get, state};
use crate::batch::among;
use crate::error::{Class, Classified, DatabaseError};
use crate::operation;

/// How many subscriptions one statement reads.
const BATCH: usize = 1_000;

/// Whose recipients to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// The campaign; one that goes by e-mail.
    pub campaign: CampaignId,
    /// Whose subscribers it goes to.
    pub lists: MailingLists,
}

/// The lists whose subscribers a campaign goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailingLists {
    /// Every list that is active.
    Active,
    /// These, which have to be active.
    Only(Vec<EmailListId>),
}

/// Somebody who may be mailed.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Recipient {
    /// The address.
    pub email: String,
    /// The customer it belongs to, when one is known.
    #[sea_orm(from_alias = "customer_id")]
    pub customer: Option<CustomerId>,
    /// The list that it subscribed to, for the link to unsubscribe; the first by id of several.
    #[sea_orm(from_alias = "list_id")]
    pub list: EmailListId,
}

/// Why there are no recipients.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecipientsError {
    /// There is no such campaign.
    #[error("there is no campaign {id}")]
    NotFound {
        /// What was asked for.
        id: CampaignId,
    },
    /// It does not go by e-mail.
    #[error("the campaign goes by {kind:?}, not by e-mail")]
    NotByEmail {
        /// How it goes.
        kind: CampaignType,
    },
    /// It is paused, completed or cancelled.
    #[error("nobody is mailed for a campaign that is {status:?}")]
    NotMailing {
        /// Its state.
        status: CampaignStatus,
    },
    /// Lists that do not exist or are not active.
    #[error("{} of the lists do not exist or are not active", lists.len())]
    UnknownLists {
        /// All of them; never empty.
        lists: Vec<EmailListId>,
    },
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RecipientsError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            _ => Class::Refused,
        }
    }
}

/// Streams who may be mailed for a campaign, each address once, in the order in which the database sorts addresses.
///
/// That is: who is **subscribed** to one of the lists (not pending, unsubscribed, bounced or complained there), belongs to a
/// customer in the campaign's **segment**, if it targets one (the copy of it once the campaign has begun), and whose mailbox has
/// neither **bounced nor complained on any list** since that subscription began. An unsubscription counts for its own list;
/// [`lists::unsubscribe`](crate::marketing::lists::unsubscribe) can be told all of them. `customers.accepts_marketing` is not
/// asked: the subscription, with its consent, is the more specific answer.
///
/// Memory stays the same however many there are: each statement reads up to 1 000 subscriptions from where the one before ended.
/// Who unsubscribes while the stream runs is left out if their batch has not been read. The campaign's state and the lists are
/// looked up once, at the beginning, with two statements; a stream does not notice that its campaign is paused.
///
/// # Errors
///
/// [`RecipientsError`] before the first; an item is an error when a statement fails, and the stream ends with it. To go on from
/// there, skip the addresses up to the last one that was seen.
pub async fn recipients<C>(
    db: &C,
    command: Recipients,
) -> Result<impl Stream<Item = Result<Recipient, DatabaseError>> + Send + use<'_, C>, RecipientsError>
where
    C: ConnectionTrait,
{
    let db = operation::named(db, "marketing.campaigns.recipients");
    let reach = Reach::of(&db, command).await?;
    let batches = stream::try_unfold(
        (db, reach, Some(String::new())),
        |(db, reach, after)| async move {
            let Some(after) = after else { return Ok(None) };
            let (batch, next) = reach.batch(&db, after).await?;
            Ok::<_, DatabaseError>(Some((stream::iter(batch.into_iter().map(Ok)), (db, reach, next))))
        },
    );
    Ok(batches.try_flatten())
}

/// Counts the addresses that [`recipients`] would stream now. Three statements.
///
/// # Errors
///
/// As [`recipients`].
pub async fn count_recipients<C: ConnectionTrait>(
    db: &C,
    command: Recipients,
) -> Result<u64, RecipientsError> {
    let db = &operation::named(db, "marketing.campaigns.count_recipients");
    let reach = Reach::of(db, command).await?;
    let count: Option<i64> = reach
        .subscriptions(db)
        .select_only()
        .expr(email_subscribers::Column::Email.into_expr().count_distinct())
        .into_tuple()
        .one(db)
        .await
        .map_err(DatabaseError::from)?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

/// Whom a campaign reaches.
struct Reach {
    segment: Option<CustomerSegmentId>,
    lists: Vec<EmailListId>,
}

impl Reach {
    async fn of<C: ConnectionTrait>(db: &C, command: Recipients) -> Result<Self, RecipientsError> {
        let id = command.campaign;
        let campaign = get::find(db, id).await?.ok_or(RecipientsError::NotFound { id })?;
        if campaign.r#type != CampaignType::Email {
            let kind = campaign.r#type;
            return Err(RecipientsError::NotByEmail { kind });
        }
        if !state::may_mail(campaign.status) {
            let status = campaign.status;
            return Err(RecipientsError::NotMailing { status });
        }
        Ok(Self {
            segment: campaign.target_segment_id,
            lists: lists(db, command.lists).await?,
        })
    }

    fn subscriptions<C: ConnectionTrait>(&self, db: &C) -> Select<email_subscribers::Entity> {
        use email_subscribers::Column;
        let select = email_subscribers::Entity::find()
            .filter(Column::Status.eq(EmailSubscriberStatus::Subscribed))
            .filter(among(db, Column::ListId, self.lists.iter().copied()))
            .filter(Expr::exists(dead_or_annoyed()).not());
        match self.segment {
            None => select,
            Some(segment) => {
                let members = customer_segment_members::Entity::find()
                    .select_only()
                    .column(customer_segment_members::Column::CustomerId)
                    .filter(customer_segment_members::Column::SegmentId.eq(segment));
                select.filter(Column::CustomerId.in_subquery(members.into_query()))
            }
        }
    }

    /// The recipients after an address, and after which one to go on.
    async fn batch<C: ConnectionTrait>(
        &self,
        db: &C,
        after: String,
    ) -> Result<(Vec<Recipient>, Option<String>), DatabaseError> {
        use email_subscribers::Column;
        let mut rows: Vec<Recipient> = self
            .subscriptions(db)
            .select_only()
            .columns([Column::Email, Column::CustomerId, Column::ListId])
            .filter(Column::Email.gt(after))
            .order_by_asc(Column::Email)
            .order_by_asc(Column::ListId)
            .limit(BATCH as u64)
            .into_model()
            .all(db)
            .await?;
        // The next batch begins after the last address, so what is left of its lists is not read again.
        let next = match rows.last() {
            Some(last) if rows.len() == BATCH => Some(last.email.clone()),
            _ => None,
        };
        rows.dedup_by(|a, b| a.email == b.email);
        Ok((rows, next))
    }
}

/// A bounce or a complaint of the same address on any list, since the subscription began.
fn dead_or_annoyed() -> SelectStatement {
    use email_subscribers::Column;
    let other = |column| Expr::col((Alias::new("other"), column));
    let own = |column| Expr::col((email_subscribers::Entity, column));
    let ended = [EmailSubscriberStatus::Bounced, EmailSubscriberStatus::Complained];
    Query::select()
        .expr(Expr::value(1))
        .from_as(email_subscribers::Entity, Alias::new("other"))
        .and_where(other(Column::Email).eq(own(Column::Email)))
        .and_where(other(Column::Status).is_in(ended.map(|status| sea_orm::ActiveEnum::to_value(&status))))
        .and_where(
            other(Column::UnsubscribedAt)
                .is_null()
                .or(other(Column::UnsubscribedAt).gte(own(Column::SubscribedAt))),
        )
        .to_owned()
}

/// The lists to mail, by id. One statement.
async fn lists<C: ConnectionTrait>(
    db: &C,
    wanted: MailingLists,
) -> Result<Vec<EmailListId>, RecipientsError> {
    use email_lists::Column;
    let mut select = email_lists::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::IsActive.eq(true))
        .order_by_asc(Column::Id);
    if let MailingLists::Only(lists) = &wanted {
        select = select.filter(among(db, Column::Id, lists.iter().copied()));
    }
    let active: Vec<EmailListId> = select.into_tuple().all(db).await.map_err(DatabaseError::from)?;
    if let MailingLists::Only(mut lists) = wanted {
        lists.retain(|list| !active.contains(list));
        if !lists.is_empty() {
            return Err(RecipientsError::UnknownLists { lists });
        }
    }
    Ok(active)
}
