//! Orders from the cart to the refund, the way the operations would have left them.

mod basket;
mod credit;
mod fate;
mod money;
mod talk;

use chrono::{DateTime, Utc};
use entity::{
    CustomerId, OrderFinancialStatus, OrderFulfillmentStatus, OrderId, OrderStatus, order_items, orders,
};

use super::calendar::{Calendar, Day};
use super::catalogue::{LOCATIONS, cents};
use super::dice::{Dice, Of};
use super::people;
use super::rows::Rows;
use super::shop::{Sales, Shop, Takings};
use super::triggers::Cause;
use super::work;
use basket::Line;
use fate::Fate;

/// The number of the shop's first own order.
const FIRST_NUMBER: u64 = 1001;

/// The number of the `n`-th order.
pub(super) const fn number(n: u64) -> u64 {
    FIRST_NUMBER + n
}

/// An order while it is made up.
struct Draft {
    id: OrderId,
    at: DateTime<Utc>,
    customer: Option<CustomerId>,
    /// Whether the shop's first customer places it.
    is_first: bool,
    lines: Vec<Line>,
    /// Where its pieces come from.
    place: usize,
    shipping: i64,
    fate: Fate,
}

impl Draft {
    /// Of all lines, in cents.
    fn sum(&self, of: impl Fn(&Line) -> i64) -> i64 {
        self.lines.iter().map(of).sum()
    }

    fn total(&self) -> i64 {
        self.sum(Line::total) + self.shipping
    }

    fn status(&self) -> OrderStatus {
        match self.fate {
            Fate::Placed => OrderStatus::Pending,
            Fate::Confirmed { .. } => OrderStatus::Confirmed,
            Fate::Cancelled { .. } => OrderStatus::Cancelled,
            Fate::Completed { .. } => OrderStatus::Completed,
        }
    }

    fn financial_status(&self) -> OrderFinancialStatus {
        match (self.fate.paid(), self.fate.refunded()) {
            (None, _) => OrderFinancialStatus::Unpaid,
            (Some(_), None) => OrderFinancialStatus::Paid,
            (Some(_), Some(_)) if money::refund(self) == self.total() => OrderFinancialStatus::Refunded,
            (Some(_), Some(_)) => OrderFinancialStatus::PartiallyRefunded,
        }
    }

    fn fulfillment_status(&self) -> OrderFulfillmentStatus {
        if self.lines.iter().all(|line| line.fulfilled == 0) {
            OrderFulfillmentStatus::Unfulfilled
        } else if self.lines.iter().all(|line| line.open() == 0) {
            OrderFulfillmentStatus::Fulfilled
        } else {
            OrderFulfillmentStatus::Partial
        }
    }
}

/// The `j`-th order of a day, with all that belongs to it.
pub(super) fn order(shop: &Shop, day: &Day, j: u64, sales: &mut Sales, rows: &mut Rows) {
    let n = day.first_order + j;
    let mut dice = shop.source.of(Of::Order, n);
    let at = shop.calendar.order_time(day, j);
    let customer = customer(shop, &mut dice, day, j);
    let mut lines = basket::fill(shop, &mut dice, day.date);
    let is_first = day.first_customer == 0 && Calendar::buyer(day, j) == Some(0);
    let fate = Fate::of(&mut dice, at, shop.calendar.until(), is_first);
    basket::follow(&mut dice, &mut lines, fate);
    let goods: i64 = lines.iter().map(Line::total).sum();
    let draft = Draft {
        id: dice.id(at),
        at,
        customer,
        is_first,
        shipping: if goods >= 15_000 { 0 } else { 1_295 },
        place: usize::from(dice.chance(300)) % LOCATIONS.len(),
        lines,
        fate,
    };
    rows.orders.push(row(&draft, n));
    for line in &draft.lines {
        rows.order_items.push(item(shop, &mut dice, &draft, line));
    }
    count(shop, &draft, sales);
    let payments = money::payments(shop, n, &draft, rows);
    credit::attribute(shop, n, &draft, &payments, sales, rows);
    talk::about(shop, n, &draft, rows);
    automate(shop, n, &draft, rows);
}

/// The workflows that an order sets off.
fn automate(shop: &Shop, n: u64, draft: &Draft, rows: &mut Rows) {
    let mut because = |cause, at| work::because(shop, (cause, n, draft.id), at, rows);
    because(Cause::Ordered, draft.at);
    if let Fate::Completed { paid, returned, .. } = draft.fate {
        because(Cause::Paid, paid);
        if let Some(at) = returned {
            because(Cause::Returned, at);
        }
    }
}

/// New, known, or nobody.
fn customer(shop: &Shop, dice: &mut Dice, day: &Day, j: u64) -> Option<CustomerId> {
    let known = day.first_customer;
    let number = match Calendar::buyer(day, j) {
        Some(i) => known + i,
        None if known == 0 || dice.chance(120) => return None,
        None => {
            let any = dice.below(known);
            // Some come again and again.
            if dice.chance(350) { any - any % 17 } else { any }
        }
    };
    people::id_of(&shop.source, &shop.calendar, number)
}

fn row(draft: &Draft, n: u64) -> orders::Model {
    orders::Model {
        id: draft.id,
        order_number: format!("VW-{}", number(n)),
        shopify_order_id: Some(format!("gid://shopify/Order/{}", 5_500_000_000 + n)),
        customer_id: draft.customer,
        status: draft.status(),
        financial_status: draft.financial_status(),
        fulfillment_status: draft.fulfillment_status(),
        currency: "USD".to_owned(),
        subtotal_amount: cents(draft.sum(Line::price)),
        discount_amount: cents(draft.sum(|line| line.discount)),
        tax_amount: cents(draft.sum(|line| line.tax)),
        shipping_amount: cents(draft.shipping),
        total_amount: cents(draft.total()),
        created_at: draft.at,
        updated_at: draft.fate.last_change(draft.at),
    }
}

fn item(shop: &Shop, dice: &mut Dice, draft: &Draft, line: &Line) -> order_items::Model {
    let offer = &shop.catalogue.offers[line.offer];
    order_items::Model {
        id: dice.id(draft.at),
        order_id: draft.id,
        product_variant_id: Some(offer.id),
        sku: offer.sku.clone(),
        title: offer.title.clone(),
        location: Some(LOCATIONS[draft.place].to_owned()),
        quantity: line.quantity,
        quantity_fulfilled: line.fulfilled,
        quantity_returned: line.returned,
        price: cents(line.each),
        discount_amount: cents(line.discount),
        tax_amount: cents(line.tax),
        total_amount: cents(line.total()),
        quantity_cancelled: line.cancelled,
    }
}

fn count(shop: &Shop, draft: &Draft, sales: &mut Sales) {
    for line in draft.lines.iter().filter(|line| line.open() > 0) {
        *sales.reserved.entry((line.offer, draft.place)).or_default() += line.open();
    }
    if draft.status() == OrderStatus::Cancelled {
        return;
    }
    let mut products: Vec<_> = draft
        .lines
        .iter()
        .map(|line| (shop.catalogue.offers[line.offer].product, line.total()))
        .collect();
    products.sort_unstable();
    let mut last = None;
    for (product, total) in products {
        let figures = sales.products.entry(product).or_default();
        figures.0 += i32::from(last != Some(product));
        figures.1 += total;
        last = Some(product);
    }
    sales.day.add(Takings {
        orders: 1,
        revenue: draft.total(),
        refunds: draft.fate.refunded().map_or(0, |_| money::refund(draft)),
    });
}

/// So many cents of a percentage, half a cent rounded up.
fn percent(amount: i64, hundredths: i64) -> i64 {
    (amount * hundredths + 5_000) / 10_000
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn percentages_are_rounded_half_up() {
        assert_eq!(percent(10_000, 725), 725);
        assert_eq!(percent(10, 500), 1);
        assert_eq!(cents(percent(1, 1)), Decimal::ZERO);
    }
}
