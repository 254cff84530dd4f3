//! What was sold, to whom, at which price.
//!
//! Owns `orders` and `order_items`.
//!
//! An order outlives what it mentions. When its customer is deleted the order stays without one, and when a variant is deleted
//! the line stays with the sku and the title under which it was sold (SET NULL both). Lines are part of their order and go with
//! it (CASCADE). A line is never fulfilled or returned beyond its quantity, and no amount is negative; money of an order is in
//! the order's currency.
//!
//! An open line's stock is reserved at `order_items.location`; the rules for the counters are [`inventory`](crate::inventory)'s.

mod details;
mod list;
mod place;
mod state;

pub use details::{GetError, OrderDetails, OrderKey, find, get};
pub use list::{ListOrders, OrderCursor, OrdersOf, list, page};
pub use place::{LineStock, OrderLine, PlaceError, PlaceOrder, PlacedOrder, ShortLine, Unavailable, place};
