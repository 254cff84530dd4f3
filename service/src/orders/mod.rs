//! What was sold, to whom, at which price.
//!
//! Owns `orders` and `order_items`.
//!
//! An order outlives what it mentions. When its customer is deleted the order stays without one, and when a variant is deleted
//! the line stays with the sku and the title under which it was sold (SET NULL both). Lines are part of their order and go with
//! it (CASCADE). A line is never fulfilled or returned beyond its quantity, and no amount is negative; money of an order is in
//! the order's currency.
//!
//! An open line's stock is reserved at `order_items.location`; the rules for the counters are [`inventory`](crate::inventory)'s. Without a
//! location a line is taken from no stock.
//!
//! # From the cart to the refund
//!
//! | operation | status | needs |
//! |---|---|---|
//! | [`place`] | → pending | stock |
//! | [`confirm`] | pending → confirmed | |
//! | [`cancel`] | pending, confirmed → cancelled | nothing was sent |
//! | [`complete`] | confirmed → completed | everything was sent and paid |
//!
//! `financial_status` follows [`pay`] and [`refund`](refund()): unpaid until the payments cover the total, then paid, partially refunded
//! with the first refund, and refunded when all that was paid is given back. `fulfillment_status` follows [`fulfil`] and
//! [`refund`](refund()): unfulfilled until a piece is sent, partial while pieces are owed, then fulfilled.
//!
//! A line's pieces are counted three times: `quantity_fulfilled` were sent, `quantity_cancelled` were not and will not be, and
//! `quantity_returned` were refunded, whether they were sent or not. What is owed, and reserved, is
//! quantity − fulfilled − cancelled. Cancelling an order cancels what is owed; refunding pieces that were not sent does so for them.
//!
//! # Locks
//!
//! Whoever changes an order locks its row first, and with it its lines and its payments. In full: the customer (kept), the order,
//! variants by id (kept), stock by variant and location, lines, payments by id. Placing an order begins at the customer
//! and has no order to lock yet.

mod cancel;
mod details;
mod fulfil;
mod held;
mod list;
mod pay;
mod place;
mod refund;
mod state;
mod status;

pub use cancel::{CancelError, CancelOrder, CancelledOrder, cancel};
pub use details::{GetError, OrderDetails, OrderKey, find, get};
pub use fulfil::{ExcessLine, FulfilError, FulfilLine, FulfilOrder, FulfilledLine, FulfilledOrder, fulfil};
pub use list::{ListOrders, OrderCursor, OrdersOf, list, page};
pub use pay::{PaidOrder, PayError, PayOrder, pay};
pub use place::{LineStock, OrderLine, PlaceError, PlaceOrder, PlacedOrder, ShortLine, Unavailable, place};
pub use refund::{ExcessGoods, Goods, RefundError, RefundLine, RefundOrder, RefundedOrder, refund};
pub use status::{
    CompleteOrder, CompletedOrder, ConfirmOrder, ConfirmedOrder, StatusError, complete, confirm,
};
