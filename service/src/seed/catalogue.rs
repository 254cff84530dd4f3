//! Pictures in sizes and frames, and what of them lies on the shelves.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{ProductId, ProductStatus, ProductVariantId, inventory, product_variants, products};
use rust_decimal::Decimal;

use super::calendar::{Calendar, minutes};
use super::dice::{Of, Source};
use super::rows::Rows;

const MOODS: [&str; 20] = [
    "Quiet", "Golden", "Silver", "Crimson", "Distant", "Early", "Hidden", "Amber", "Northern", "Velvet",
    "Broken", "Floating", "Indigo", "Pale", "Restless", "Salted", "Sunlit", "Winter", "Woven", "Young",
];
const THINGS: [&str; 24] = [
    "Harbour", "Meadow", "Dunes", "Orchard", "Skyline", "Heron", "Cliffs", "Lines", "Garden", "Bridge",
    "Forest", "Moon", "Circles", "Canyon", "Lantern", "Tide", "Fern", "Rooftops", "Stones", "Ribbon", "Fox",
    "Arcade", "Clouds", "Vessel",
];
const COLLECTIONS: [&str; 8] = [
    "Abstract Forms",
    "Coastal Light",
    "Botanical",
    "City Lines",
    "Monochrome",
    "Quiet Rooms",
    "Old Maps",
    "Wild Life",
];
const CATEGORIES: [&str; 3] = ["Canvas Prints", "Framed Prints", "Posters"];
/// Size, and what it costs of a hundred.
const SIZES: [(&str, i64); 3] = [("24x36", 100), ("36x48", 165), ("53x72", 290)];
const FRAMES: [(&str, &str, i64); 2] = [("gallery wrap", "GW", 0), ("black frame", "BF", 45)];

/// Where stock is kept.
pub(super) const LOCATIONS: [&str; 2] = [crate::inventory::MAIN, "east"];

/// Something that can be ordered.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) id: ProductVariantId,
    /// Its product's place in the catalogue.
    pub(super) product: usize,
    pub(super) sku: String,
    pub(super) title: String,
    /// In cents.
    pub(super) price: i64,
}

/// What is for sale.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    pub(super) products: Vec<ProductId>,
    pub(super) offers: Vec<Offer>,
    /// Every variant, also those that are not for sale any more.
    variants: Vec<ProductVariantId>,
}

impl Catalogue {
    /// What a piece costs in the mean, in cents: the same choice of two as [orders](super::orders) make, weighed.
    pub(super) fn usual_price(&self) -> i64 {
        let count = i128::try_from(self.offers.len()).unwrap_or(1).max(1);
        let weighed = (0..).zip(&self.offers).map(|(n, offer)| {
            let weight: i128 = 2 * (count - n) - 1;
            i128::from(offer.price) * weight
        });
        let sum: i128 = weighed.sum();
        i64::try_from(sum / (count * count)).unwrap_or(0)
    }
}

/// Pieces that are reserved, by offer and location.
pub(super) type Reserved = BTreeMap<(usize, usize), i32>;

/// How many products a shop of that size has.
fn size(orders: u64) -> usize {
    usize::try_from(orders / 250).unwrap_or(480).clamp(24, 480)
}

pub(super) fn catalogue(source: &Source, from: DateTime<Utc>, orders: u64, rows: &mut Rows) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let count = size(orders);
    for n in 0..count {
        let mut dice = source.of(Of::Product, n as u64);
        // 7 has no factor in common with 480, so every name comes once.
        let name = n * 7 % (MOODS.len() * THINGS.len());
        let title = format!("{} {}", MOODS[name % MOODS.len()], THINGS[name / MOODS.len()]);
        let created_at = from - TimeDelta::days(45) + TimeDelta::minutes(n as i64);
        // A tenth is not sold any more.
        let status = match n * 20 / count {
            18 => ProductStatus::Inactive,
            19 => ProductStatus::Archived,
            _ => ProductStatus::Active,
        };
        let price = dice.between(8, 24) * 1_000 - 100;
        let collection = *dice.pick(&COLLECTIONS);
        let id = dice.id(created_at);
        rows.products.push(products::Model {
            id,
            handle: title.to_lowercase().replace(' ', "-"),
            shopify_id: Some(format!("gid://shopify/Product/{}", 8_100_000_000 + n)),
            title: title.clone(),
            description: Some(format!(
                "{title}, from the collection {collection}. Printed to last, ready to hang."
            )),
            collection: Some(collection.to_owned()),
            category: Some((*dice.pick(&CATEGORIES)).to_owned()),
            tags: ["wall art".to_owned(), collection.to_lowercase()]
                .into_iter()
                .collect(),
            base_price: cents(price),
            cost: Some(cents(price * 38 / 100)),
            status,
            created_at,
            updated_at: created_at,
        });
        if status == ProductStatus::Active {
            catalogue.products.push(id);
        }
        variants(
            source,
            n,
            (id, &title, price, status, created_at),
            &mut catalogue,
            rows,
        );
    }
    catalogue
}

fn variants(
    source: &Source,
    n: usize,
    (product_id, title, base, status, created_at): (ProductId, &str, i64, ProductStatus, DateTime<Utc>),
    catalogue: &mut Catalogue,
    rows: &mut Rows,
) {
    let kinds = SIZES
        .iter()
        .flat_map(|size| FRAMES.iter().map(move |frame| (size, frame)));
    for (k, ((size, percent), (frame, code, more))) in kinds.enumerate() {
        let number = n * 10 + k;
        let mut dice = source.of(Of::Variant, number as u64);
        let price = base * (percent + more) / 100;
        let sku = format!("VW-{n:03}-{}-{code}", size.replace('x', ""));
        let id = dice.id(created_at);
        let is_available = status == ProductStatus::Active;
        rows.product_variants.push(product_variants::Model {
            id,
            product_id,
            shopify_variant_id: Some(format!(
                "gid://shopify/ProductVariant/{}",
                44_000_000_000 + number
            )),
            sku: sku.clone(),
            size: Some((*size).to_owned()),
            frame_type: Some((*frame).to_owned()),
            price: cents(price),
            is_available,
            created_at,
            updated_at: created_at,
        });
        catalogue.variants.push(id);
        if is_available {
            catalogue.offers.push(Offer {
                id,
                product: catalogue.products.len() - 1,
                sku,
                title: format!("{title} ({size}, {frame})"),
                price,
            });
        }
    }
}

/// What lies on the shelves in the end, when everything that came in was sold but this.
pub(super) fn shelves(
    source: &Source,
    calendar: &Calendar,
    catalogue: &Catalogue,
    reserved: &Reserved,
    rows: &mut Rows,
) {
    let counted = minutes(calendar.until(), -15 * 60);
    let held: BTreeMap<(ProductVariantId, usize), i32> = reserved
        .iter()
        .filter_map(|((offer, place), pieces)| Some(((catalogue.offers.get(*offer)?.id, *place), *pieces)))
        .collect();
    for (n, variant) in catalogue.variants.iter().enumerate() {
        for (place, location) in LOCATIONS.into_iter().enumerate() {
            let mut dice = source.of(Of::Stock, (n * LOCATIONS.len() + place) as u64);
            let is_low = dice.chance(80);
            rows.inventory.push(inventory::Model {
                id: dice.id(calendar.from()),
                product_variant_id: *variant,
                location: location.to_owned(),
                quantity_available: if is_low {
                    dice.count(0, 9)
                } else {
                    dice.count(10, 120)
                },
                quantity_reserved: held.get(&(*variant, place)).copied().unwrap_or(0),
                quantity_incoming: if is_low { dice.count(1, 4) * 20 } else { 0 },
                reorder_point: Some(10),
                reorder_quantity: Some(dice.count(2, 6) * 10),
                last_counted_at: Some(counted),
                updated_at: counted,
            });
        }
    }
}

/// An amount of so many cents.
pub(super) fn cents(amount: i64) -> Decimal {
    Decimal::new(amount, 2)
}
