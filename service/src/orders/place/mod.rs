//! Placing an order.

mod command;
mod draft;
mod number;
mod portable;
mod postgres;
mod refusal;
mod replay;

use entity::{order_items, orders};
use sea_orm::{ConnectionTrait, DbBackend, TransactionTrait};

pub use command::{LineStock, OrderLine, PlaceOrder};
pub use refusal::{PlaceError, ShortLine, Unavailable};

use crate::error::DatabaseError;
use crate::operation;
use crate::transaction;

/// An order that was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The order.
    pub order: orders::Model,
    /// Its lines, by variant and location when it was placed: one for each of both.
    pub items: Vec<order_items::Model>,
}

/// What became of one try.
#[derive(Debug)]
enum Attempt {
    /// The order was written.
    Placed(Box<PlacedOrder>),
    /// An order with this id or this number is there already; nothing was written.
    Taken,
}

/// How many of the shop's own numbers are tried when orders that brought theirs have them.
const NUMBERS: u8 = 16;

/// Places an order, all or nothing: reserves its stock, and keeps the skus, titles and prices of today.
///
/// Lines that want the same variant from the same stock become one, with discounts and taxes added up. A line comes to its price
/// times its quantity, less its discount, plus its tax. The order's subtotal is what all pieces cost, its discount and tax are
/// those of the lines and of the order together, and its total is subtotal − discount + tax + shipping. An order that costs nothing
/// is paid when it is placed.
///
/// Safe to repeat: the same command under the same id returns the order as it is by then. The prices of the day are not part of the
/// command, so a repetition is the same command also after they changed.
///
/// On PostgreSQL one statement, outside of a transaction, unless a line may be spread over several locations. Else, and on
/// SQLite, six in a transaction, seven with a customer; one less with a number of the caller's, one less without tracked stock. A
/// refusal costs one more. Keeps the customer and the variants (by id) from being deleted, then locks the stock rows by variant and
/// location.
///
/// The shop's own numbers have no gaps but those of orders that were rolled back or deleted (on PostgreSQL a crash may leave one):
/// they come from a sequence on PostgreSQL, where orders do not wait for each other's number, and from the configuration
/// `orders.last_number` on SQLite, which has one writer at a time. A number that an order brought itself is passed over, up to
/// sixteen in a row.
///
/// # Errors
///
/// [`PlaceError::Short`] names everything that is short, where, and by how much. [`PlaceError::UnknownVariants`],
/// [`PlaceError::Unavailable`], [`PlaceError::UnknownCustomer`], [`PlaceError::LineDiscount`], [`PlaceError::Discount`],
/// [`PlaceError::Total`] when it does not come to what was expected, [`PlaceError::NumberTaken`], [`PlaceError::Conflict`],
/// [`PlaceError::TooLarge`], [`PlaceError::Invalid`] before anything is sent.
pub async fn place<C>(db: &C, command: PlaceOrder) -> Result<PlacedOrder, PlaceError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let db = &operation::named(db, "orders.place");
    command.check()?;
    for tries in 0..NUMBERS {
        match attempt(db, &command, tries).await {
            Ok(Attempt::Placed(placed)) => return Ok(*placed),
            Ok(Attempt::Taken) => {
                if let Some(placed) = replay::replay(db, &command).await? {
                    return Ok(placed);
                }
                if let Some(order_number) = command.order_number {
                    return Err(PlaceError::NumberTaken { order_number });
                }
            }
            Err(PlaceError::Database(error)) => return Err(error.into()),
            // The first try of the same command may have taken the last piece, or the variant went since.
            Err(refusal) => return replay::replay(db, &command).await?.ok_or(refusal),
        }
    }
    Err(DatabaseError::Changed { table: "orders" }.into())
}

async fn attempt<C>(db: &C, command: &PlaceOrder, tries: u8) -> Result<Attempt, PlaceError>
where
    C: ConnectionTrait + TransactionTrait,
{
    let in_one = db.get_database_backend() == DbBackend::Postgres && postgres::can_place(command);
    if in_one && transaction::commits_each_statement(db) {
        return postgres::place(db, command).await;
    }
    let transaction = transaction::begin(db).await?;
    let outcome = match in_one {
        true => postgres::place(&transaction, command).await,
        false => portable::place(&transaction, command, tries).await,
    };
    if let Ok(Attempt::Taken) = outcome {
        // Nothing of it may stay.
        sea_orm::TransactionSession::rollback(transaction)
            .await
            .map_err(DatabaseError::from)?;
        return Ok(Attempt::Taken);
    }
    transaction::finish(transaction, outcome).await
}
