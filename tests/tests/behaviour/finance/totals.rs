//! Totals by period.

use entity::{TransactionId, TransactionType};
use rstest::rstest;
use service::finance::transactions::{self as journal, NewTransaction, Total, TotalBy, Totals};
use tests::{Engine, TestDatabase};

use super::books::{day, expense, noon, recorded, revenue};
use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn totals_run_by_day_month_quarter_year_or_as_a_whole(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (date, new) in [
        ("2025-12-31", expense("rent", "1000")),
        ("2026-01-01", expense("rent", "0.10")),
        ("2026-01-31", expense("rent", "0.20")),
        ("2026-03-31", expense("rent", "0.40")),
        ("2026-04-01", expense("rent", "0.80")),
        ("2026-04-01", revenue("5")),
    ] {
        let id = TransactionId::at(noon(date));
        recorded(db, NewTransaction { id, ..new }).await;
    }
    let euros = NewTransaction {
        id: TransactionId::at(noon("2026-01-01")),
        currency: "EUR".into(),
        ..expense("rent", "7")
    };
    recorded(db, euros).await;
    let totals = |by, kind| async move {
        let query = Totals {
            kind,
            ..Totals::new(day("2026-01-01"), day("2026-12-31"), by)
        };
        journal::totals(db, query).await.unwrap()
    };
    let total = |start: &str, value: &str, transactions| Total {
        start: day(start),
        kind: TransactionType::Expense,
        category: "rent".into(),
        currency: "USD".into(),
        amount: amount(value),
        transactions,
    };
    let in_euros = |total: Total| Total {
        currency: "EUR".into(),
        ..total
    };
    let expenses = Some(TransactionType::Expense);
    let euros = || in_euros(total("2026-01-01", "7.00", 1));
    assert_eq!(
        totals(TotalBy::Day, expenses).await,
        [
            euros(),
            total("2026-01-01", "0.10", 1),
            total("2026-01-31", "0.20", 1),
            total("2026-03-31", "0.40", 1),
            total("2026-04-01", "0.80", 1)
        ]
    );
    assert_eq!(
        totals(TotalBy::Month, expenses).await,
        [
            euros(),
            total("2026-01-01", "0.30", 2),
            total("2026-03-01", "0.40", 1),
            total("2026-04-01", "0.80", 1)
        ]
    );
    assert_eq!(
        totals(TotalBy::Quarter, expenses).await,
        [
            euros(),
            total("2026-01-01", "0.70", 3),
            total("2026-04-01", "0.80", 1)
        ]
    );
    for by in [TotalBy::Year, TotalBy::Whole] {
        assert_eq!(
            totals(by, expenses).await,
            [euros(), total("2026-01-01", "1.50", 4)]
        );
        let all = totals(by, None).await;
        assert_eq!(all.len(), 3);
        assert_eq!(
            (all[0].kind, all[0].amount),
            (TransactionType::Revenue, amount("5"))
        );
    }
}
