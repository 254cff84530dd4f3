//! Who does what, and when.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc, Weekday};
use entity::{
    AgentId, CampaignType, OrderStatus, agents, budgets, campaigns, customer_interactions, customers, goals,
    kpi_measurements, kpis, orders, system_events, tasks, workflow_executions, workflows,
};
use sea_orm::DatabaseConnection;
use service::agents::OrganisationLine;
use service::seed::Seed;
use tests::{Engine, TestDatabase};

use super::{all, fill, small};

async fn shop(command: Seed) -> TestDatabase {
    let database = TestDatabase::migrated(Engine::Sqlite).await.unwrap();
    fill(database.connection(), command).await;
    database
}

/// When each workflow ran, by its name.
async fn runs(db: &DatabaseConnection) -> BTreeMap<String, Vec<DateTime<Utc>>> {
    let names: BTreeMap<_, _> = all::<workflows::Entity>(db)
        .await
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let mut runs: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for row in all::<workflow_executions::Entity>(db).await {
        runs.entry(names[&row.workflow_id].clone())
            .or_default()
            .push(row.created_at);
    }
    runs
}

#[tokio::test(flavor = "multi_thread")]
async fn schedules_are_kept_and_orders_set_off_what_follows_them() {
    let database = shop(small(400)).await;
    let runs = runs(database.connection()).await;
    let first: chrono::NaiveDate = "2025-04-15".parse().unwrap();
    let days = ("2025-12-15".parse::<chrono::NaiveDate>().unwrap() - first).num_days();
    let days: Vec<_> = first.iter_days().take(usize::try_from(days).unwrap()).collect();
    let on = |is: &dyn Fn(&chrono::NaiveDate) -> bool| days.iter().filter(|day| is(day)).copied().collect();
    for (name, hour, expected) in [
        ("Daily stock check", 5, on(&|_| true)),
        ("Post pictures", 12, on(&|_| true)),
        ("Weekly newsletter", 9, on(&|day| day.weekday() == Weekday::Tue)),
        ("Close the month", 6, on(&|day| day.day() == 1)),
        ("Win back", 8, on(&|day| day.day() == 1)),
    ] {
        let mut ran = runs[name].clone();
        ran.sort_unstable();
        assert!(
            ran.iter().all(|at| (at.hour(), at.minute()) == (hour, 0)),
            "{name}"
        );
        let ran: Vec<_> = ran.iter().map(DateTime::date_naive).collect();
        let expected: Vec<_> = expected;
        assert_eq!(ran, expected, "{name}");
    }
    for name in ["Order intake", "Dispatch parcels"] {
        assert!(
            (11..=14).contains(&runs[name].len()),
            "{name}: {}",
            runs[name].len()
        );
    }
    assert!(
        runs["Price review"]
            .iter()
            .all(|at| (14..22).contains(&at.hour()))
    );
    let refunded = all::<orders::Entity>(database.connection()).await;
    let returned = refunded.iter().filter(|order| {
        let number: u64 = order.order_number["VW-".len()..].parse().unwrap();
        // The first has 1001; of every third they are kept.
        (number - 1001) % 3 == 1
            && order.status == OrderStatus::Completed
            && matches!(
                order.financial_status,
                entity::OrderFinancialStatus::Refunded | entity::OrderFinancialStatus::PartiallyRefunded
            )
    });
    assert_eq!(returned.count(), runs["Handle returns"].len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_judges_a_picture_before_it_hangs() {
    let database = shop(small(600)).await;
    let db = database.connection();
    let orders: BTreeMap<_, _> = all::<orders::Entity>(db)
        .await
        .into_iter()
        .map(|order| (order.id.to_string(), order))
        .collect();
    let registered: BTreeMap<_, _> = all::<customers::Entity>(db)
        .await
        .into_iter()
        .map(|customer| (customer.id, customer.created_at))
        .collect();
    let mut judged = 0;
    for said in all::<customer_interactions::Entity>(db).await {
        let order = &orders[said.metadata["order"].as_str().unwrap()];
        assert!(said.created_at > registered[&said.customer_id] && said.created_at > order.created_at);
        if matches!(said.interaction_type.as_str(), "review" | "complaint") {
            judged += 1;
            assert_eq!(order.status, OrderStatus::Completed, "{said:?}");
            // A parcel takes a day and a half.
            assert!((said.created_at - order.created_at).num_hours() >= 36, "{said:?}");
        }
    }
    assert!(judged > 20, "{judged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_black_friday_and_periods_are_as_long_as_they_are_called() {
    // In 2025 the Monday after it is the first of December.
    let database = shop(small(300)).await;
    let db = database.connection();
    let campaigns = all::<campaigns::Entity>(db).await;
    let fridays: Vec<_> = campaigns
        .iter()
        .filter(|row| row.name.contains("Black Friday"))
        .collect();
    assert_eq!(fridays.len(), 1, "{fridays:?}");
    assert_eq!(fridays[0].r#type, CampaignType::Email);
    assert_eq!(fridays[0].start_date, "2025-11-25".parse().ok());

    let kpis: BTreeMap<_, _> = all::<kpis::Entity>(db)
        .await
        .into_iter()
        .map(|kpi| (kpi.id, kpi.name))
        .collect();
    let opened: DateTime<Utc> = "2025-04-15T00:00:00Z".parse().unwrap();
    let mut quarters = Vec::new();
    for row in all::<kpi_measurements::Entity>(db).await {
        assert!(row.period_start.unwrap() >= opened, "{row:?}");
        if kpis[&row.kpi_id] == "Energy per parcel" {
            quarters.push(row.period_start.unwrap().date_naive().to_string());
        }
    }
    quarters.sort_unstable();
    assert_eq!(quarters, ["2025-04-15", "2025-07-01", "2025-10-01"]);
    for event in all::<system_events::Entity>(db).await {
        let is_low = event.event_type == "stock.low";
        assert!(
            !is_low
                || event.details["sku"]
                    .as_str()
                    .is_some_and(|sku| sku.starts_with("VW-")),
            "{event:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_does_what_is_theirs_in_an_organisation_of_the_callers_too() {
    let database = shop(Seed {
        agents: Some(desks()),
        ..small(400)
    })
    .await;
    let db = database.connection();
    let names: BTreeMap<_, _> = all::<agents::Entity>(db)
        .await
        .into_iter()
        .map(|agent| (agent.id, agent.name))
        .collect();
    work_is_done_by_its_desk(db, &names).await;
    plans_are_owned_by_their_directors(db, &names).await;
}

/// An organisation whose names tell what each is for.
fn desks() -> Vec<OrganisationLine> {
    let lines = [
        ("Chief", "orchestrator", ""),
        ("Creative Director", "director", "Chief"),
        ("Finance Director", "director", "Chief"),
        ("Customer Director", "director", "Chief"),
        ("Campaign Desk", "specialist", "Creative Director"),
        ("Facebook Desk", "specialist", "Creative Director"),
        ("Budget Desk", "specialist", "Finance Director"),
        ("Support Desk", "specialist", "Customer Director"),
        ("Satisfaction Desk", "specialist", "Customer Director"),
        ("Homeowner Sales", "specialist", "Finance Director"),
    ];
    (1..)
        .zip(lines)
        .map(|(line, (name, agent_type, parent))| OrganisationLine {
            line,
            name: name.into(),
            agent_type: agent_type.into(),
            parent: parent.into(),
        })
        .collect()
}

async fn work_is_done_by_its_desk(db: &DatabaseConnection, names: &BTreeMap<AgentId, String>) {
    for said in all::<customer_interactions::Entity>(db).await {
        let expected = match said.interaction_type.as_str() {
            "review" => "Satisfaction Desk",
            "advice" => "Homeowner Sales",
            _ => "Support Desk",
        };
        assert_eq!(names[&said.agent_id.unwrap()], expected, "{said:?}");
    }
    for task in all::<tasks::Entity>(db).await {
        let expected = match task.task_type.as_str() {
            "refund" | "collect_costs" => "Budget Desk",
            "draft_answer" | "thank_customer" => "Support Desk",
            "publish" => "Facebook Desk",
            _ => continue,
        };
        assert_eq!(names[&task.assigned_agent_id], expected, "{task:?}");
    }
}

async fn plans_are_owned_by_their_directors(db: &DatabaseConnection, names: &BTreeMap<AgentId, String>) {
    let owner = |id| names[&Option::unwrap(id)].as_str();
    for workflow in all::<workflows::Entity>(db).await {
        match workflow.name.as_str() {
            "Close the month" => assert_eq!(names[&workflow.owner_agent_id], "Finance Director"),
            "Answer questions" => assert_eq!(names[&workflow.owner_agent_id], "Customer Director"),
            _ => {}
        }
    }
    for goal in all::<goals::Entity>(db).await {
        if goal.name == "Answer every question in time" {
            assert_eq!(owner(goal.owner_agent_id), "Customer Director");
        }
    }
    for budget in all::<budgets::Entity>(db).await {
        match budget.category.as_str() {
            "care" => assert_eq!(owner(budget.owner_agent_id), "Customer Director"),
            "rent" => assert_eq!(owner(budget.owner_agent_id), "Finance Director"),
            _ => {}
        }
    }
    for kpi in all::<kpis::Entity>(db).await {
        if kpi.name == "Contentment" {
            assert_eq!(owner(kpi.owner_agent_id), "Customer Director");
        }
    }
}
