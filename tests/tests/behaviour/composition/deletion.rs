//! The deletion of a row of any kind.

use sea_orm::DatabaseConnection;
use service::deletion::{self, Delete, Row};
use tests::rows;

use super::case::{Case, case};

pub(super) async fn cases(db: &DatabaseConnection) -> Vec<Case> {
    let campaign = rows::insert(db, "campaigns", []).await.id();
    let execution = rows::insert(db, "workflow_executions", []).await;
    let used = execution.uuid("workflow_id");
    vec![case(
        deletion::delete,
        Delete {
            row: Row::Campaign(campaign.into()),
        },
        Delete {
            row: Row::Workflow(used.into()),
        },
    )]
}
