//! Plan against actual.

use rstest::rstest;
use service::finance::budgets::{self, Allocate, Categories, Period, Spend, Variance, Variances};
use tests::{Engine, TestDatabase};

use crate::shop::amount;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn budgets_roll_up_to_months_quarters_and_years(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    for (category, year, month, allocated, spent) in [
        ("ads", 2025, 12, "7", "7"),
        ("ads", 2026, 1, "10.10", "0.10"),
        ("ads", 2026, 3, "20.20", "0.20"),
        ("ads", 2026, 4, "30", "45"),
        ("Rent", 2026, 3, "0", "1"),
    ] {
        let allocate = Allocate::new(category, (year, month), amount(allocated));
        let budget = budgets::allocate(db, allocate).await.unwrap().budget.id;
        let spend = Spend {
            allow_overrun: true,
            ..Spend::new(budget, amount(spent))
        };
        budgets::spend(db, spend).await.unwrap();
    }
    let row = |category: &str, part, [allocated, spent]: [&str; 2], used: Option<&str>, budgets| Variance {
        category: (!category.is_empty()).then(|| category.to_owned()),
        fiscal_year: 2026,
        part,
        allocated: amount(allocated),
        spent: amount(spent),
        variance: amount(allocated) - amount(spent),
        used: used.map(amount),
        budgets,
    };
    let variances = |query: Variances| budgets::variances(db, query);
    assert_eq!(
        variances(Variances::of(2026, Period::Month)).await.unwrap(),
        [
            row("ads", Some(1), ["10.10", "0.10"], Some("0.99"), 1),
            row("Rent", Some(3), ["0", "1"], None, 1),
            row("ads", Some(3), ["20.20", "0.20"], Some("0.99"), 1),
            row("ads", Some(4), ["30", "45"], Some("150"), 1),
        ]
    );
    assert_eq!(
        variances(Variances::of(2026, Period::Quarter)).await.unwrap(),
        [
            row("Rent", Some(1), ["0", "1"], None, 1),
            row("ads", Some(1), ["30.30", "0.30"], Some("0.99"), 2),
            row("ads", Some(2), ["30", "45"], Some("150"), 1),
        ]
    );
    assert_eq!(
        variances(Variances::of(2026, Period::Year)).await.unwrap(),
        [
            row("Rent", None, ["0", "1"], None, 1),
            row("ads", None, ["60.30", "45.30"], Some("75.12"), 3),
        ]
    );
    let together = Variances {
        categories: Categories::Together,
        ..Variances::of(2026, Period::Quarter)
    };
    assert_eq!(
        variances(together.clone()).await.unwrap(),
        [
            row("", Some(1), ["30.30", "1.30"], Some("4.29"), 3),
            row("", Some(2), ["30", "45"], Some("150"), 1),
        ]
    );
    let years = Variances {
        from_year: 2025,
        category: Some("ads".into()),
        by: Period::Year,
        ..together
    };
    let years = variances(years).await.unwrap();
    assert_eq!(
        years
            .iter()
            .map(|row| (row.fiscal_year, row.budgets))
            .collect::<Vec<_>>(),
        [(2025, 1), (2026, 3)]
    );
}
