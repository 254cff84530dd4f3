//! The stock's operations.

use entity::{ProductVariantId, SystemEventId};
use sea_orm::DatabaseConnection;
use service::inventory::{
    self, Adjust, AdjustLine, Count, Receive, Release, ReorderRule, Reserve, SetCounts, SetReorderRules,
    Ship, StockLine, Transfer, TransferLine,
};

use super::case::{Case, case};
use crate::shop::stocked;

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let variant = stocked(db, "NOIR", 9).await;
    inventory::adjust(db, Adjust::new(vec![AdjustLine::incoming(variant, 5)]))
        .await
        .unwrap();
    inventory::reserve(db, Reserve::new(lines(variant, 3)))
        .await
        .unwrap();
    let unknown = ProductVariantId::new();
    let rules = |variant| SetReorderRules {
        rules: vec![ReorderRule {
            variant,
            location: inventory::MAIN.into(),
            reorder_point: Some(4),
            reorder_quantity: Some(10),
        }],
    };
    vec![
        case(
            inventory::adjust,
            Adjust::new(vec![AdjustLine::available(variant, 2)]),
            Adjust::new(vec![AdjustLine::available(variant, -20)]),
        ),
        case(
            inventory::receive,
            Receive::new(lines(variant, 2)),
            Receive::new(lines(variant, 20)),
        ),
        case(
            inventory::reserve,
            Reserve::new(lines(variant, 2)),
            Reserve::new(lines(variant, 20)),
        ),
        case(
            inventory::release,
            Release::new(lines(variant, 2)),
            Release::new(lines(variant, 20)),
        ),
        case(
            inventory::ship,
            Ship::new(lines(variant, 2)),
            Ship::new(lines(variant, 20)),
        ),
        case(inventory::transfer, transfer(variant, 2), transfer(variant, 20)),
        case(
            inventory::set_counts,
            counted(variant, 7),
            // Three are reserved.
            counted(variant, 1),
        ),
        case(inventory::set_reorder_rules, rules(variant), rules(unknown)),
    ]
}

fn lines(variant: ProductVariantId, quantity: u32) -> Vec<StockLine> {
    vec![StockLine::new(variant, quantity)]
}

fn transfer(variant: ProductVariantId, quantity: u32) -> Transfer {
    Transfer::new(vec![TransferLine {
        variant,
        from: inventory::MAIN.into(),
        to: "attic".into(),
        quantity,
    }])
}

fn counted(variant: ProductVariantId, on_hand: u32) -> SetCounts {
    let counted_at = chrono::Utc::now();
    SetCounts {
        id: SystemEventId::new(),
        ..SetCounts::new(counted_at, vec![Count::new(variant, on_hand)])
    }
}
