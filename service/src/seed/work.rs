//! What the agents did: executions of workflows, and their tasks.

use chrono::{DateTime, Datelike, Utc};
use entity::{
    SystemEventSeverity, TaskStatus, WorkflowExecutionId, WorkflowExecutionStatus, WorkflowId, tasks,
    workflow_executions,
};
use serde_json::{Value, json};

use super::calendar::{Day, after, minutes, start};
use super::dice::{Dice, Of};
use super::rows::Rows;
use super::shop::Shop;
use super::system;

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

/// The executions that began on a day.
pub(super) fn day(shop: &Shop, day: &Day, rows: &mut Rows) {
    let count = day.orders / 5 + u64::from(day.date.day() % 2);
    for i in 0..count {
        let n = u64::from(day.date.num_days_from_ce().unsigned_abs()) * 1_000_000 + i;
        let mut dice = shop.source.of(Of::Execution, n);
        let at = after(start(day.date), (i * 86_400_000 + dice.below(86_400_000)) / count);
        execution(shop, &mut dice, at, rows);
    }
}

fn execution(shop: &Shop, dice: &mut Dice, at: DateTime<Utc>, rows: &mut Rows) {
    let Some(plan) = shop.plans.get(dice.index(shop.plans.len().min(11))) else {
        return;
    };
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
    let end = ended_tasks.last().map_or(begun, |(_, end)| *end);
    let course = course(
        dice,
        plan.tasks.len(),
        (minutes(shop.calendar.until(), -24 * 60), end),
    );
    let states = (0..plan.tasks.len()).map(|k| match k.cmp(&course.completed) {
        std::cmp::Ordering::Less => TaskStatus::Completed,
        std::cmp::Ordering::Equal => course.then.0,
        std::cmp::Ordering::Greater => course.then.1,
    });
    let trouble = *dice.pick(&TROUBLES);
    let mut last_end = begun;
    for ((kind, status), (taken, ended)) in plan.tasks.iter().zip(states).zip(ended_tasks) {
        if matches!(status, TaskStatus::Completed | TaskStatus::Failed) {
            last_end = ended;
        }
        let row = task(shop, dice, (id, at), (kind, status, trouble), (taken, last_end));
        rows.tasks.push(row);
    }
    let run = Run {
        id,
        at,
        begun,
        last_end,
        trouble,
    };
    rows.workflow_executions
        .push(row(dice, plan.id, &run, course.execution));
    if course.execution == WorkflowExecutionStatus::Failed && dice.chance(500) {
        let message = format!("an execution failed: {trouble}");
        let note = ("execution.failed", SystemEventSeverity::Warning, message.as_str());
        system::event(shop, dice, note, last_end, rows);
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
    workflow_id: WorkflowId,
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
        input_data: json!({ "source": "seed" }),
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

/// Mostly well. Open is only what would have ended on the last day, and nobody holds a lease, which would expire.
fn course(dice: &mut Dice, tasks: usize, (last_day, end): (DateTime<Utc>, DateTime<Utc>)) -> Course {
    let reached = dice.index(tasks);
    let (luck, is_open) = (dice.below(1_000), end >= last_day && dice.chance(400));
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
    (kind, status, trouble): (&str, TaskStatus, &str),
    (taken, ended): (DateTime<Utc>, DateTime<Utc>),
) -> tasks::Model {
    let was_taken = matches!(status, TaskStatus::Completed | TaskStatus::Failed);
    let is_over = was_taken || status == TaskStatus::Cancelled;
    let again = i32::from(dice.chance(60));
    let output: Value = if status == TaskStatus::Completed {
        json!({ "done": kind })
    } else {
        json!({})
    };
    tasks::Model {
        id: dice.id(created_at),
        workflow_execution_id: execution,
        assigned_agent_id: shop
            .staff
            .specialist(dice.index(64))
            .unwrap_or_else(|| dice.id(created_at)),
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
    }
}
