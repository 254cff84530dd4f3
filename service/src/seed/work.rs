//! What the agents did: executions of workflows, and their tasks.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use entity::{
    OrderId, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, tasks, workflow_executions,
};
use serde_json::{Value, json};

use super::calendar::{Day, after, minutes, start};
use super::dice::{Dice, Of};
use super::duties::Duty;
use super::plans::Plan;
use super::rows::Rows;
use super::shop::Shop;
use super::system;
use super::triggers::{Cause, Trigger};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// Nine o'clock in New York, more or less, as the time of a day in UTC.
const OFFICE_OPENS: u64 = 14 * HOUR;

const TROUBLES: [&str; 3] = [
    "the other side did not answer",
    "the answer was not understood",
    "a limit was reached",
];

/// How an execution and each of its tasks ended, or how far they are.
struct Course {
    execution: WorkflowExecutionStatus,
    /// As many tasks are completed.
    completed: usize,
    /// What the next one is, and what those after it are.
    then: (TaskStatus, TaskStatus),
}

/// The executions that began on a day and that no order caused: at the times of their schedules, and at those of people.
pub(super) fn day(shop: &Shop, day: &Day, rows: &mut Rows) {
    let date = u64::from(day.date.num_days_from_ce().unsigned_abs());
    for (k, plan) in (0..).zip(&shop.plans) {
        let mut dice = shop.source.of(Of::Execution, (date * 16 + k) * 1_000_000);
        match plan.trigger {
            Trigger::Schedule(..) => {
                if let Some(hour) = plan.trigger.hour_on(day.date) {
                    let at = start(day.date) + TimeDelta::hours(hour.into());
                    let at = after(at, dice.below(900));
                    execution(shop, &mut dice, plan, (at, json!({})), rows);
                }
            }
            Trigger::Webhook(Cause::Enquired, _) => {
                let kept = Cause::Enquired.kept_of();
                let enquiries = day.orders / kept + u64::from(dice.below(kept) < day.orders % kept);
                for i in 0..enquiries {
                    let mut dice = shop.source.of(Of::Execution, (date * 16 + k) * 1_000_000 + i + 1);
                    let at = after(start(day.date), dice.below(DAY));
                    execution(shop, &mut dice, plan, (at, json!({})), rows);
                }
            }
            // Once a week, in the hours of the shop's offices.
            Trigger::Manual => {
                if day.date.weekday().number_from_monday() <= 5 && dice.chance(200) {
                    let at = after(start(day.date), dice.below(8 * HOUR) + OFFICE_OPENS);
                    execution(shop, &mut dice, plan, (at, json!({})), rows);
                }
            }
            Trigger::Webhook(..) | Trigger::Event(..) => {}
        }
    }
}

/// The execution of what runs after something happened to the `n`-th order, if it is one of those that are kept.
pub(super) fn because(
    shop: &Shop,
    (cause, n, order): (Cause, u64, OrderId),
    at: DateTime<Utc>,
    rows: &mut Rows,
) {
    if n % cause.kept_of() != 1 {
        return;
    }
    let mut plans = shop.plans.iter();
    let Some(plan) = plans.find(|plan| plan.trigger.cause() == Some(cause)) else {
        return;
    };
    // Days have numbers below that.
    let number = (1 << 44) + n * 8 + cause as u64;
    let mut dice = shop.source.of(Of::Execution, number);
    let at = after(at, dice.below(900));
    if at < shop.calendar.until() {
        execution(shop, &mut dice, plan, (at, json!({ "order": order })), rows);
    }
}

fn execution(
    shop: &Shop,
    dice: &mut Dice,
    plan: &Plan,
    (at, input): (DateTime<Utc>, Value),
    rows: &mut Rows,
) {
    let until = shop.calendar.until();
    let id: WorkflowExecutionId = dice.id(at);
    let begun = after(at, dice.below(4_000));
    let ended_tasks: Vec<_> = plan
        .tasks
        .iter()
        .scan(begun, |last, _| {
            let taken = after(*last, 500 + dice.below(20_000));
            *last = after(taken, 2_000 + dice.below(600_000));
            Some((taken, *last))
        })
        .collect();
    let ended_by_then = ended_tasks.iter().filter(|(_, end)| *end < until).count();
    let end = ended_tasks.last().map_or(begun, |(_, end)| *end);
    let is_young = end >= minutes(until, -24 * 60);
    let course = course(dice, plan.tasks.len(), ended_by_then, is_young);
    let states = (0..plan.tasks.len()).map(|k| match k.cmp(&course.completed) {
        std::cmp::Ordering::Less => TaskStatus::Completed,
        std::cmp::Ordering::Equal => course.then.0,
        std::cmp::Ordering::Greater => course.then.1,
    });
    let trouble = *dice.pick(&TROUBLES);
    let mut last_end = begun;
    for ((task_kind, status), (taken, ended)) in plan.tasks.iter().zip(states).zip(ended_tasks) {
        if matches!(status, TaskStatus::Completed | TaskStatus::Failed) {
            last_end = ended;
        }
        let row = task(
            shop,
            dice,
            (id, at),
            (*task_kind, status, trouble),
            (taken, last_end),
        );
        rows.tasks.extend(row);
    }
    let run = Run {
        id,
        at,
        begun,
        last_end,
        trouble,
    };
    rows.workflow_executions
        .push(row(dice, (plan.id, input), &run, course.execution));
    if course.execution == WorkflowExecutionStatus::Failed && dice.chance(500) {
        system::failed(shop, dice, id, trouble, last_end, rows);
    }
}

/// When an execution ran, and what went wrong if something did.
struct Run {
    id: WorkflowExecutionId,
    at: DateTime<Utc>,
    begun: DateTime<Utc>,
    last_end: DateTime<Utc>,
    trouble: &'static str,
}

fn row(
    dice: &mut Dice,
    (workflow_id, input_data): (WorkflowId, Value),
    run: &Run,
    status: WorkflowExecutionStatus,
) -> workflow_executions::Model {
    let is_over = is_over(status);
    let has_begun = status != WorkflowExecutionStatus::Pending;
    let failed = status == WorkflowExecutionStatus::Failed;
    let nothing = || json!({});
    workflow_executions::Model {
        id: run.id,
        workflow_id,
        execution_id: Some(format!("run-{}", dice.below(1_000_000_000))),
        status,
        input_data,
        output_data: match status {
            WorkflowExecutionStatus::Succeeded => json!({ "ok": true }),
            _ => nothing(),
        },
        metrics: match is_over {
            true => json!({ "ms": (run.last_end - run.begun).num_milliseconds() }),
            false => nothing(),
        },
        error_message: failed.then(|| run.trouble.to_owned()),
        started_at: has_begun.then_some(run.begun),
        completed_at: is_over.then_some(run.last_end),
        created_at: run.at,
    }
}

const fn is_over(status: WorkflowExecutionStatus) -> bool {
    match status {
        WorkflowExecutionStatus::Pending | WorkflowExecutionStatus::Running => false,
        WorkflowExecutionStatus::Succeeded
        | WorkflowExecutionStatus::Failed
        | WorkflowExecutionStatus::Cancelled => true,
    }
}

/// Mostly well. Open is what would have ended later, and some of the last day; nobody holds a lease, which would expire.
fn course(dice: &mut Dice, tasks: usize, ended_by_then: usize, is_young: bool) -> Course {
    let reached = dice.index(tasks).min(ended_by_then);
    let (luck, is_late) = (dice.below(1_000), is_young && dice.chance(400));
    let is_open = is_late || ended_by_then < tasks;
    let (execution, completed, then) = match luck {
        _ if is_open && reached == 0 => (
            WorkflowExecutionStatus::Pending,
            0,
            (TaskStatus::Pending, TaskStatus::Pending),
        ),
        _ if is_open => (
            WorkflowExecutionStatus::Running,
            reached,
            (TaskStatus::Pending, TaskStatus::Pending),
        ),
        0..40 => (
            WorkflowExecutionStatus::Failed,
            reached,
            (TaskStatus::Failed, TaskStatus::Cancelled),
        ),
        40..55 => (
            WorkflowExecutionStatus::Cancelled,
            reached,
            (TaskStatus::Cancelled, TaskStatus::Cancelled),
        ),
        _ => (
            WorkflowExecutionStatus::Succeeded,
            tasks,
            (TaskStatus::Completed, TaskStatus::Completed),
        ),
    };
    Course {
        execution,
        completed,
        then,
    }
}

fn task(
    shop: &Shop,
    dice: &mut Dice,
    (execution, created_at): (WorkflowExecutionId, DateTime<Utc>),
    ((kind, duty), status, trouble): ((&str, Duty), TaskStatus, &str),
    (taken, ended): (DateTime<Utc>, DateTime<Utc>),
) -> Option<tasks::Model> {
    let was_taken = matches!(status, TaskStatus::Completed | TaskStatus::Failed);
    let is_over = was_taken || status == TaskStatus::Cancelled;
    let again = i32::from(dice.chance(60));
    let output: Value = if status == TaskStatus::Completed {
        json!({ "done": kind })
    } else {
        json!({})
    };
    let assigned_agent_id = shop.staff.who(duty, dice)?;
    Some(tasks::Model {
        id: dice.id(created_at),
        workflow_execution_id: execution,
        assigned_agent_id,
        task_type: kind.to_owned(),
        priority: dice.count(2, 8),
        status,
        input_data: json!({}),
        output_data: output,
        error_message: (status == TaskStatus::Failed).then(|| trouble.to_owned()),
        attempts: if was_taken { 1 + again } else { 0 },
        sla_minutes: dice.count(1, 4) * 30,
        lease_expires_at: None,
        started_at: was_taken.then_some(taken),
        completed_at: is_over.then_some(ended),
        created_at,
    })
}
