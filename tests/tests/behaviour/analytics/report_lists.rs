//! Reports, found by who gets them and by filter.

use entity::{AgentId, reports};
use rstest::rstest;
use service::PageRequest;
use service::analytics::reports::{
    self as operations, ListReports, MarkSent, ReportsFor, StoreReport, find_by_recipient, mark_sent, store,
};
use tests::{Engine, TestDatabase};

use super::at;
use super::reports::{agent, monthly};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn reports_are_found_by_recipient_and_by_filter(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let (ann, bob) = (agent(db).await, agent(db).await);
    for n in 1..=6_u32 {
        let recipients = if n.is_multiple_of(3) {
            vec![bob]
        } else {
            vec![bob, ann]
        };
        let author = (n < 3).then_some(ann);
        let command = StoreReport {
            author,
            ..monthly(n, recipients)
        };
        let id = store(db, command).await.unwrap().report.id;
        if n == 6 {
            mark_sent(
                db,
                MarkSent {
                    id,
                    at: at("2026-03-07T00:00:00Z"),
                },
            )
            .await
            .unwrap();
        }
    }
    let names = |reports: &[reports::Model]| -> Vec<String> {
        reports
            .iter()
            .map(|report| report.name.replace("report ", ""))
            .collect()
    };
    let page = PageRequest {
        after: None,
        limit: 3,
    };
    let first = find_by_recipient(db, ReportsFor { recipient: ann, page })
        .await
        .unwrap();
    assert_eq!(names(&first.items), ["5", "4", "2"]);
    let page = PageRequest {
        after: first.next,
        limit: 3,
    };
    let rest = find_by_recipient(db, ReportsFor { recipient: ann, page })
        .await
        .unwrap();
    assert_eq!((names(&rest.items), rest.next), (vec!["1".into()], None));
    let none = ReportsFor {
        recipient: AgentId::new(),
        page: PageRequest::default(),
    };
    assert_eq!(find_by_recipient(db, none).await.unwrap().items, []);

    for (query, expected) in [
        (ListReports::default(), vec!["6", "5", "4", "3", "2", "1"]),
        (
            ListReports {
                kind: Some("odd".into()),
                ..Default::default()
            },
            vec!["5", "3", "1"],
        ),
        (
            ListReports {
                author: Some(ann),
                ..Default::default()
            },
            vec!["2", "1"],
        ),
        (
            ListReports {
                unsent: true,
                ..Default::default()
            },
            vec!["5", "4", "3", "2", "1"],
        ),
        (
            ListReports {
                kind: Some("\0".into()),
                ..Default::default()
            },
            vec![],
        ),
    ] {
        let found = operations::list(db, query.clone()).await.unwrap();
        assert_eq!(names(&found.items), expected, "{query:?}");
    }
}
