//! What a customer wants, before anybody has looked at prices and shelves.

use std::collections::BTreeMap;

use entity::{CustomerId, OrderId, ProductVariantId};
use rust_decimal::Decimal;

use crate::batch::MAX_ELEMENTS;
use crate::input::{Checks, InvalidInput, Rule};
use crate::inventory::MAIN;

/// An order to place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceOrder {
    /// The order's id, made before the call: the same command under the same id places one order.
    pub id: OrderId,
    /// The caller's number, unique in the shop, at most 50 characters; `None` takes the next of the shop's own, `VW-1001` and so on.
    pub order_number: Option<String>,
    /// Who orders; a guest is nobody.
    pub customer: Option<CustomerId>,
    /// ISO 4217, in capitals.
    pub currency: String,
    /// What is ordered; at most 2 000 lines.
    pub lines: Vec<OrderLine>,
    /// Where to look for the stock of [`LineStock::Preferred`] lines, best first; at least one place and at most 50, none twice.
    pub locations: Vec<String>,
    /// Taken off the whole order, besides what the lines take off. Zero or more, with at most two decimals.
    pub discount: Decimal,
    /// Added to the whole order, besides what the lines add. Zero or more, with at most two decimals.
    pub tax: Decimal,
    /// Zero or more, with at most two decimals.
    pub shipping: Decimal,
    /// What the customer was told. An order that comes to anything else is refused.
    pub expected_total: Option<Decimal>,
}

impl PlaceOrder {
    /// A guest's order in US dollars from the [`MAIN`] location, under a new id and the shop's next number.
    #[must_use]
    pub fn new(lines: Vec<OrderLine>) -> Self {
        Self {
            id: OrderId::new(),
            order_number: None,
            customer: None,
            currency: "USD".to_owned(),
            lines,
            locations: vec![MAIN.to_owned()],
            discount: Decimal::ZERO,
            tax: Decimal::ZERO,
            shipping: Decimal::ZERO,
            expected_total: None,
        }
    }
}

/// Some pieces of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// Which variant.
    pub variant: ProductVariantId,
    /// How many; at least one.
    pub quantity: u32,
    /// From which stock.
    pub stock: LineStock,
    /// Taken off the line, all its pieces together. Zero or more, with at most two decimals.
    pub discount: Decimal,
    /// Added to the line, all its pieces together. Zero or more, with at most two decimals.
    pub tax: Decimal,
}

impl OrderLine {
    /// Pieces from the preferred locations, at the variant's price.
    #[must_use]
    pub fn new(variant: ProductVariantId, quantity: u32) -> Self {
        Self {
            variant,
            quantity,
            stock: LineStock::Preferred,
            discount: Decimal::ZERO,
            tax: Decimal::ZERO,
        }
    }

    /// The same, from this location and no other.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.stock = LineStock::At(location.into());
        self
    }

    /// The same, made to order.
    #[must_use]
    pub fn untracked(mut self) -> Self {
        self.stock = LineStock::Untracked;
        self
    }
}

/// From which stock a line is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LineStock {
    /// From the first of [`PlaceOrder::locations`] that has all of it; when none has, from several, each emptied in turn.
    #[default]
    Preferred,
    /// From this location and no other. At most 255 characters.
    At(String),
    /// From no stock: what is made to order, or counted elsewhere.
    Untracked,
}

/// What several lines want of one variant from one stock, added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) quantity: i64,
    pub(super) discount: Decimal,
    pub(super) tax: Decimal,
}

impl Share {
    pub(super) fn add(&mut self, other: Share) {
        self.quantity += other.quantity;
        self.discount += other.discount;
        self.tax += other.tax;
    }
}

/// What an order wants of one variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    /// By location; `None` from no stock.
    pub(super) fixed: BTreeMap<Option<String>, Share>,
    /// From the preferred locations.
    pub(super) preferred: Share,
}

impl PlaceOrder {
    pub(super) fn check(&self) -> Result<(), InvalidInput> {
        let mut checks = Checks::default();
        if let Some(number) = &self.order_number {
            checks.name("order_number", number, 50);
        }
        checks.currency("currency", &self.currency);
        if self.lines.is_empty() {
            checks.refuse("lines", Rule::Empty);
        }
        checks.at_most("lines", self.lines.len(), MAX_ELEMENTS);
        for (i, line) in self.lines.iter().enumerate() {
            if i32::try_from(line.quantity).is_err() {
                let max = Decimal::from(i32::MAX);
                checks.refuse(format!("lines[{i}].quantity"), Rule::TooLarge { max });
            } else if line.quantity == 0 {
                checks.refuse(format!("lines[{i}].quantity"), Rule::NotPositive);
            }
            if let LineStock::At(location) = &line.stock {
                checks.name(format!("lines[{i}].stock"), location, 255);
            }
            checks.amount(format!("lines[{i}].discount"), line.discount, (10, 2));
            checks.amount(format!("lines[{i}].tax"), line.tax, (10, 2));
        }
        if self.locations.is_empty() {
            checks.refuse("locations", Rule::Empty);
        }
        checks.at_most("locations", self.locations.len(), 50);
        for (i, location) in self.locations.iter().enumerate() {
            checks.name(format!("locations[{i}]"), location, 255);
            if self.locations[..i].contains(location) {
                checks.refuse(format!("locations[{i}]"), Rule::Repeated);
            }
        }
        checks.amount("discount", self.discount, (12, 2));
        checks.amount("tax", self.tax, (12, 2));
        checks.amount("shipping", self.shipping, (12, 2));
        if let Some(total) = self.expected_total {
            checks.amount("expected_total", total, (12, 2));
        }
        checks.finish()
    }

    /// The lines by variant, those that want the same from the same stock merged. With a single preferred location every line
    /// names where it is taken from.
    pub(super) fn demands(&self) -> BTreeMap<ProductVariantId, Demand> {
        let mut demands: BTreeMap<ProductVariantId, Demand> = BTreeMap::new();
        for line in &self.lines {
            let demand = demands.entry(line.variant).or_default();
            let share = match (&line.stock, self.locations.as_slice()) {
                (LineStock::At(location), _) | (LineStock::Preferred, [location]) => {
                    demand.fixed.entry(Some(location.clone())).or_default()
                }
                (LineStock::Untracked, _) => demand.fixed.entry(None).or_default(),
                (LineStock::Preferred, _) => &mut demand.preferred,
            };
            share.add(Share {
                quantity: line.quantity.into(),
                discount: line.discount,
                tax: line.tax,
            });
        }
        demands
    }
}
