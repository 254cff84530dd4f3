//! The operations of segments.

use chrono::Utc;
use entity::{CustomerSegmentId, CustomerSegmentType};
use sea_orm::DatabaseConnection;
use serde_json::json;
use service::segments::{self, ArchiveSegment, CreateSegment, RecomputeSegment, UpdateSegment};
use tests::rows;

use super::case::{Case, case};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    rows::insert(db, "customers", []).await;
    let here = segments::create(db, all("here")).await.unwrap().segment.id;
    let nowhere = CustomerSegmentId::new();
    let renamed = |id| UpdateSegment {
        name: Some("all".into()),
        ..UpdateSegment::new(id)
    };
    let now = Utc::now();
    vec![
        case(segments::create, all("there"), all("here")),
        case(segments::update, renamed(here), renamed(nowhere)),
        case(
            segments::recompute,
            RecomputeSegment { id: here, now },
            RecomputeSegment { id: nowhere, now },
        ),
        case(
            segments::archive,
            ArchiveSegment { id: here },
            ArchiveSegment { id: nowhere },
        ),
    ]
}

/// A segment of everybody.
fn all(name: &str) -> CreateSegment {
    CreateSegment::new(name, CustomerSegmentType::Online, json!({ "all": [] }))
}
