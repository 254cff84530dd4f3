//! Recording transactions.

use std::collections::{BTreeSet, HashMap};

use entity::{
    AgentId, CustomerId, OrderId, TransactionId, TransactionType, agents, customers, orders, transactions,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, TransactionTrait,
    TryGetable,
};
use thiserror::Error;
use uuid::Uuid;

use super::{portable, postgres, rules};
use crate::batch::among;
use crate::error::{Class, Classified, DatabaseError};
use crate::idempotency::Conflict;
use crate::input::InvalidInput;
use crate::operation;
use crate::transaction;

/// Transactions to record together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// At least one and at most 2 000, no id twice.
    pub transactions: Vec<NewTransaction>,
}

/// Money that came in, went out, or is put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTransaction {
    /// Its id (UUIDv7), made before the call. It carries the date, in UTC: [`TransactionId::at`] makes one for another day.
    pub id: TransactionId,
    /// In which direction it counts; an adjustment counts in none.
    pub kind: TransactionType,
    /// What it was for. At most 100 characters.
    pub category: String,
    /// More than zero, with at most two decimals.
    pub amount: Decimal,
    /// A code of ISO 4217.
    pub currency: String,
    /// Any length. An adjustment needs one.
    pub description: Option<String>,
    /// The order that an expense or an adjustment is about.
    pub order: Option<OrderId>,
    /// Whose money it is or was. Not for an expense.
    pub customer: Option<CustomerId>,
    /// Who brought it about.
    pub agent: Option<AgentId>,
    /// How it was paid, in at most 50 characters. Revenue and refunds need one, an adjustment has none.
    pub payment_method: Option<String>,
}

impl NewTransaction {
    /// A transaction of now in US dollars, without anything optional.
    pub fn new(kind: TransactionType, category: impl Into<String>, amount: Decimal) -> Self {
        Self {
            id: TransactionId::new(),
            kind,
            category: category.into(),
            amount,
            currency: "USD".to_owned(),
            description: None,
            order: None,
            customer: None,
            agent: None,
            payment_method: None,
        }
    }

    /// Whether the row is what recording this wrote. A reference that is NULL by now counts as the one that was deleted.
    pub(in crate::finance) fn wrote(&self, row: &transactions::Model) -> bool {
        (row.customer_id.is_none() || row.customer_id == self.customer) && self.wrote_for_anybody(row)
    }

    /// The same, whoever the row's customer is.
    pub(super) fn wrote_for_anybody(&self, row: &transactions::Model) -> bool {
        let reference = |there: Option<Uuid>, new: Option<Uuid>| there.is_none() || there == new;
        row.r#type == self.kind
            && row.category == self.category
            && row.amount == self.amount
            && row.currency == self.currency
            && row.description == self.description
            && row.payment_method == self.payment_method
            && reference(row.order_id.map(Uuid::from), self.order.map(Uuid::from))
            && reference(row.agent_id.map(Uuid::from), self.agent.map(Uuid::from))
    }
}

/// What [`record`] wrote, or had written before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The transactions, in the order of the command.
    pub transactions: Vec<transactions::Model>,
}

/// Why nothing was recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The command breaks rules that need no database.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// Revenue or a refund that names an order: paying and refunding the order writes it.
    #[error("transaction {transaction} belongs to order {order}, whose payment or refund records it")]
    BelongsToOrder {
        /// The first such transaction.
        transaction: TransactionId,
        /// Its order.
        order: OrderId,
    },
    /// Rows that the transactions name and that do not exist.
    #[error("{} orders, {} customers and {} agents do not exist", orders.len(), customers.len(), agents.len())]
    Unknown {
        /// The orders, by id.
        orders: Vec<OrderId>,
        /// The customers, by id.
        customers: Vec<CustomerId>,
        /// The agents, by id.
        agents: Vec<AgentId>,
    },
    /// An id has been used for another transaction.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What the database reported.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Classified for RecordError {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            Self::Invalid(_) | Self::BelongsToOrder { .. } | Self::Unknown { .. } | Self::Conflict(_) => {
                Class::Refused
            }
        }
    }
}

/// Records transactions, all or nothing.
///
/// What was recorded before with the same content is not recorded again, and comes back as it is, also when what it names was
/// deleted since, or its customer merged into another. One statement; one more when an id was there before, and one more when its
/// customer is another one by now.
///
/// # Errors
///
/// [`RecordError::Conflict`] when an id has other content. [`RecordError::Unknown`] lists all rows that do not exist, for which up
/// to three more statements are sent. [`RecordError::BelongsToOrder`] and [`RecordError::Invalid`] before anything is sent.
pub async fn record<C>(db: &C, command: Record) -> Result<Recorded, RecordError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "finance.transactions.record");
    rules::check_all(&command.transactions)?;
    for new in &command.transactions {
        if let Some(order) = new.order
            && rules::belongs_to_order(new.kind)
        {
            let transaction = new.id;
            return Err(RecordError::BelongsToOrder { transaction, order });
        }
    }
    let transaction = transaction::begin(db).await?;
    let outcome = write(&transaction, &command).await;
    match transaction::finish(transaction, outcome).await {
        Err(RecordError::Database(DatabaseError::MissingReference { .. })) => {
            Err(unknown(db, &command.transactions).await?)
        }
        outcome => outcome,
    }
}

async fn write<C: ConnectionTrait>(db: &C, command: &Record) -> Result<Recorded, RecordError> {
    let mut rows: HashMap<_, _> = insert(db, &command.transactions)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let before: Vec<_> = command
        .transactions
        .iter()
        .filter(|new| !rows.contains_key(&new.id))
        .collect();
    if !before.is_empty() {
        let ids = before.iter().map(|new| new.id);
        let present = transactions::Entity::find()
            .filter(among(db, transactions::Column::Id, ids))
            .all(db)
            .await
            .map_err(DatabaseError::from)?;
        rows.extend(present.into_iter().map(|row| (row.id, row)));
        check_same(db, &before, &rows).await?;
    }
    let recorded = command.transactions.iter().filter_map(|new| rows.remove(&new.id));
    Ok(Recorded {
        transactions: recorded.collect(),
    })
}

/// Whether the rows that were there are those of the command. One statement more when one of them has another customer than it
/// was recorded with: this one was merged into that one since if he does not exist any more.
async fn check_same<C: ConnectionTrait>(
    db: &C,
    before: &[&NewTransaction],
    rows: &HashMap<TransactionId, transactions::Model>,
) -> Result<(), RecordError> {
    let mut moved: Vec<(CustomerId, TransactionId)> = Vec::new();
    for new in before {
        match (rows.get(&new.id), new.customer) {
            (Some(row), _) if new.wrote(row) => {}
            (Some(row), Some(customer)) if new.wrote_for_anybody(row) => moved.push((customer, new.id)),
            (Some(_), _) => return Err(Conflict { id: new.id.into() }.into()),
            (None, _) => return Err(changed().into()),
        }
    }
    let named = moved.iter().map(|(customer, _)| *customer).collect();
    let gone = absent::<_, customers::Entity, _>(db, customers::Column::Id, named).await?;
    match moved.iter().find(|(customer, _)| !gone.contains(customer)) {
        Some((_, id)) => Err(Conflict { id: (*id).into() }.into()),
        None => Ok(()),
    }
}

/// Inserts what is not there yet, and returns the rows that it inserted. One statement. By id, so that of two that insert the same
/// transactions one waits for the other, and not each for the other.
pub(in crate::finance) async fn insert<C: ConnectionTrait>(
    db: &C,
    new: &[NewTransaction],
) -> Result<Vec<transactions::Model>, DatabaseError> {
    let mut new: Vec<&NewTransaction> = new.iter().collect();
    new.sort_by_key(|new| new.id);
    match db.get_database_backend() {
        DbBackend::Postgres => postgres::insert(db, &new).await,
        _ => portable::insert(db, &new).await,
    }
}

fn changed() -> DatabaseError {
    DatabaseError::Changed {
        table: "transactions",
    }
}

/// Which of the rows that the transactions name do not exist.
pub(in crate::finance) async fn unknown<C: ConnectionTrait>(
    db: &C,
    new: &[NewTransaction],
) -> Result<RecordError, DatabaseError> {
    let named_orders = new.iter().filter_map(|new| new.order).collect();
    let named_customers = new.iter().filter_map(|new| new.customer).collect();
    let named_agents = new.iter().filter_map(|new| new.agent).collect();
    let orders = absent::<_, orders::Entity, OrderId>(db, orders::Column::Id, named_orders).await?;
    let customers = absent::<_, customers::Entity, _>(db, customers::Column::Id, named_customers).await?;
    let agents = absent::<_, agents::Entity, _>(db, agents::Column::Id, named_agents).await?;
    if orders.is_empty() && customers.is_empty() && agents.is_empty() {
        // What was missing is there now.
        return Ok(changed().into());
    }
    Ok(RecordError::Unknown {
        orders,
        customers,
        agents,
    })
}

async fn absent<C, E, K>(
    db: &C,
    column: impl ColumnTrait,
    mut wanted: BTreeSet<K>,
) -> Result<Vec<K>, DatabaseError>
where
    C: ConnectionTrait,
    E: EntityTrait,
    K: Copy + Ord + Into<Uuid> + TryGetable,
{
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<K> = E::find()
        .select_only()
        .column(column)
        .filter(among(db, column, wanted.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    for id in known {
        wanted.remove(&id);
    }
    Ok(wanted.into_iter().collect())
}
