//! All of it, or nothing.

use std::ops::ControlFlow;

use chrono::{Days, Utc};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, EntityTrait, PaginatorTrait as _};
use service::agents::OrganisationLine;
use service::connect::Settings;
use service::seed::{Progress, Seed, SeedError, Upkeep, seed};
use tests::{Engine, TestDatabase};

use super::{fill, small};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_rows_is_left_alone(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    tests::rows::insert(db, "customers", []).await;
    // Notes of upkeep are in nobody's way.
    tests::rows::insert(db, "system_events", []).await;
    let refused = seed(db, small(10), |_| ControlFlow::Continue(())).await;
    assert!(
        matches!(&refused, Err(SeedError::NotEmpty { tables }) if tables == &["customers"]),
        "{refused:?}"
    );
    assert_eq!(entity::orders::Entity::find().count(db).await.unwrap(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_remains_of_a_seed_that_was_stopped_and_the_next_one_succeeds(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let db = database.connection();
    let stop = |progress: Progress| match progress.months {
        Some(_) => ControlFlow::Continue(()),
        None => ControlFlow::Break(()),
    };
    let stopped = seed(db, small(60), stop).await;
    let Err(SeedError::Stopped { orders, of: 60 }) = stopped else {
        panic!("{stopped:?}");
    };
    assert!(orders > 0);
    macro_rules! none {
        ($($table:ident)*) => {
            $(assert_eq!(entity::$table::Entity::find().count(db).await.unwrap(), 0, stringify!($table));)*
        };
    }
    entity::for_each_table!(none);
    fill(db, small(20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_up_is_refused_before_anything_is_sent() {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    let db = database.connection();
    let attempt = |command| seed(db, command, |_| ControlFlow::Continue(()));
    let nothing = attempt(Seed {
        months: 0,
        ..small(0)
    })
    .await;
    assert!(matches!(nothing, Err(SeedError::Invalid(input)) if input.problems.len() == 2));
    let until = "1971-03-01".parse().unwrap();
    let early = attempt(Seed { until, ..small(5) }).await;
    assert!(matches!(early, Err(SeedError::TooEarly { .. })), "{early:?}");
    let until = Utc::now().date_naive() + Days::new(1);
    let future = attempt(Seed { until, ..small(5) }).await.unwrap_err();
    assert_eq!(future.to_string(), "until is not today (UTC) or a day before");
    let agents = Some(vec![OrganisationLine {
        line: 7,
        name: "Ann".into(),
        agent_type: "king".into(),
        parent: String::new(),
    }]);
    let refused = attempt(Seed { agents, ..small(5) }).await;
    assert!(matches!(refused, Err(SeedError::Organisation { lines }) if lines[0].line == 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_made_once_and_one_by_one_and_it_stops_between_them() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let mut heard = Vec::new();
    let stopped = seed(db, small(20), |progress: Progress| {
        heard.push(progress.months.unwrap());
        match heard.len() {
            5 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })
    .await;
    assert!(
        matches!(stopped, Err(SeedError::Stopped { orders: 0, of: 20 })),
        "{stopped:?}"
    );
    let (_, all) = heard[0];
    assert_eq!(
        heard,
        (1..=5).map(|n| (n, all)).collect::<Vec<_>>(),
        "five of {all}"
    );

    // What was made stays, and is not made again.
    let mut first = None;
    seed(db, small(20), |progress: Progress| {
        first.get_or_insert(progress.months);
        ControlFlow::Continue(())
    })
    .await
    .unwrap();
    assert_eq!(first, Some(Some((1, all - 5))));
    let listed = service::maintenance::partitions::list(db, Default::default())
        .await
        .unwrap();
    let service::maintenance::partitions::Listed::Partitioned { tables } = listed else {
        panic!("{listed:?}");
    };
    for table in tables {
        assert!(table.default.unwrap().months.is_empty());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_is_told_of_the_other(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let (one, other) = (database.session().await, database.session().await);
    let attempt = |db| seed(db, small(60), |_| ControlFlow::Continue(()));
    let (one, other) = tokio::join!(attempt(&one), attempt(&other));
    let refused = match (one, other) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        both => panic!("{both:?}"),
    };
    assert!(
        matches!(refused, SeedError::Busy | SeedError::NotEmpty { .. }),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_the_rights_is_told_which_before_anything_is_written() {
    let Some(database) = TestDatabase::migrated(Engine::Postgres).await else {
        return;
    };
    let db = database.connection();
    let url: url::Url = database.url().parse().unwrap();
    let role = format!("{}_seeder", url.path().trim_start_matches('/'));
    let administer = async |sql: &str| {
        let sql = sql.replace("{role}", &role);
        db.execute_unprepared(&sql).await.unwrap();
    };
    administer("CREATE ROLE {role}").await;
    administer("GRANT USAGE ON SCHEMA public TO {role}").await;
    administer("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}").await;
    administer("REVOKE INSERT ON agents FROM {role}").await;
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("options[role]", &role);
    let seeder = service::connect(url.as_str(), &Settings::default())
        .await
        .unwrap();
    let attempt = || seed(&seeder, small(20), |_| ControlFlow::Continue(()));

    let refused = attempt().await.unwrap_err();
    let SeedError::NotPermitted { missing } = &refused else {
        panic!("{refused:?}");
    };
    let owner = &missing[0].owner;
    assert_eq!(
        refused.to_string(),
        format!(
            "this role may not seed: it lacks INSERT on agents, UPDATE on products, UPDATE on order_numbers; \
             {owner} has the right"
        )
    );

    // With the rights it fills the shop; making months and refreshing views stay the owner's.
    administer("GRANT INSERT ON agents TO {role}").await;
    administer("GRANT UPDATE ON products TO {role}").await;
    administer("GRANT UPDATE ON SEQUENCE order_numbers TO {role}").await;
    let seeded = attempt().await.unwrap();
    let Upkeep::Left { reason } = seeded.upkeep else {
        panic!("{seeded:?}");
    };
    assert!(reason.contains("may not"), "{reason}");
    seeder.close().await.unwrap();
    administer("DROP OWNED BY {role}").await;
    administer("DROP ROLE {role}").await;
}
