//! The queue itself: requests as the operations want them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::{TaskId, WorkflowExecutionId, tasks};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::json;
use service::workflows::executions::{
    self, BeginExecution, ExecutionResult, FinishExecution, StartExecution,
};
use service::workflows::tasks::{
    self as queue, CancelTask, ClaimTasks, CompleteTask, EndedTask, EnqueueTasks, FailTask, Heartbeat, Lease,
    NewTask, ReleaseExpired,
};

use super::command::End;
use super::queue::{HOURS_OF_CLAIM, HOURS_OF_HEARTBEAT, HOURS_OF_REST};
use super::refusal::{of_cancel, of_enqueue, of_execution, of_lease, of_start};
use super::request::{Job, Request};
use super::staff::Staff;
use super::world::{Lease as LeaseOfModel, Outcome, World};

/// When the first lease of a queue expired; each further one did a second later.
pub(super) const FIRST_EXPIRY: DateTime<Utc> = DateTime::UNIX_EPOCH;

pub(super) struct Driver {
    pub(super) db: DatabaseConnection,
    pub(super) staff: Staff,
    /// By number, made when they are first needed; so they ascend.
    executions: Vec<WorkflowExecutionId>,
    tasks: Vec<TaskId>,
}

impl Driver {
    /// A queue with nothing in it.
    pub(super) async fn open(db: &DatabaseConnection, staff: &Staff) -> Self {
        for table in ["tasks", "workflow_executions"] {
            db.execute_unprepared(&format!("DELETE FROM {table}"))
                .await
                .unwrap();
        }
        Self {
            db: db.clone(),
            staff: staff.clone(),
            executions: Vec::new(),
            tasks: Vec::new(),
        }
    }

    /// Sends the request; `after` is the world that it must lead to.
    pub(super) async fn send(&mut self, request: &Request, after: &World) -> Outcome {
        let db = self.db.clone();
        match request.clone() {
            Request::Start { .. }
            | Request::Enqueue { .. }
            | Request::Begin { .. }
            | Request::Finish { .. } => self.send_to_execution(request.clone()).await,
            Request::Claim { agent, limit } => {
                let command = ClaimTasks {
                    agent: self.staff.agents[agent],
                    limit: u32::try_from(limit).unwrap(),
                    lease: hours(HOURS_OF_CLAIM),
                };
                self.done(&queue::claim(&db, command).await.unwrap().tasks)
            }
            Request::Heartbeat { .. } | Request::Complete { .. } | Request::Fail { .. } => {
                self.send_under_lease(request.clone()).await
            }
            Request::Cancel { task, reason, finish } => self.cancel(task, reason, finish).await,
            Request::Expire { task } => self.expire(task, after).await,
            Request::Release {
                agent,
                max_attempts,
                limit,
                finish,
            } => {
                let command = ReleaseExpired {
                    agent: agent.map(|agent| self.staff.agents[agent]),
                    limit: u32::try_from(limit).unwrap(),
                    finish_executions: finish,
                    ..ReleaseExpired::new(max_attempts)
                };
                self.release(command).await
            }
        }
    }

    async fn release(&self, command: ReleaseExpired) -> Outcome {
        let released = queue::release_expired(&self.db, command).await.unwrap();
        let tasks: Vec<_> = released.pending.into_iter().chain(released.failed).collect();
        let mut finished: Vec<_> = released.finished.iter().map(|row| self.number(row.id)).collect();
        finished.sort_unstable();
        Outcome::Done {
            tasks: self.numbers(tasks.iter().map(|task| task.id)),
            finished,
        }
    }

    async fn send_under_lease(&mut self, request: Request) -> Outcome {
        let db = self.db.clone();
        match request {
            Request::Heartbeat { task, attempt } => {
                let lease = self.lease(task, attempt);
                let extend = hours(HOURS_OF_HEARTBEAT);
                let task = queue::heartbeat(&db, Heartbeat { lease, extend }).await;
                task.map_or_else(of_lease, |task| self.done(&[task]))
            }
            Request::Complete {
                task,
                attempt,
                output,
                finish,
            } => {
                let command = CompleteTask {
                    lease: self.lease(task, attempt),
                    output: json!({ "n": output }),
                    finish_execution: finish,
                };
                let ended = queue::complete(&db, command).await;
                ended.map_or_else(of_lease, |ended| self.ended(&ended))
            }
            Request::Fail {
                task,
                attempt,
                error,
                max_attempts,
                rests,
                finish,
            } => {
                let command = FailTask {
                    retry_after: if rests {
                        hours(HOURS_OF_REST)
                    } else {
                        Duration::ZERO
                    },
                    finish_execution: finish,
                    ..FailTask::new(self.lease(task, attempt), error, max_attempts)
                };
                let ended = queue::fail(&db, command).await;
                ended.map_or_else(of_lease, |ended| self.ended(&ended))
            }
            other => panic!("{other:?} needs no lease"),
        }
    }

    async fn send_to_execution(&mut self, request: Request) -> Outcome {
        let db = self.db.clone();
        match request {
            Request::Start {
                execution,
                workflow,
                input,
                jobs,
                running,
            } => {
                let command = StartExecution {
                    id: self.execution(execution),
                    input: json!({ "n": input }),
                    tasks: self.new_tasks(&jobs),
                    running,
                    ..StartExecution::new(self.staff.workflows[workflow])
                };
                let started = executions::start(&db, command).await;
                started.map_or_else(of_start, |started| self.done(&started.tasks))
            }
            Request::Enqueue { execution, jobs } => {
                let execution = self.execution(execution);
                let tasks = self.new_tasks(&jobs);
                let enqueued = queue::enqueue(&db, EnqueueTasks { execution, tasks }).await;
                enqueued.map_or_else(of_enqueue, |enqueued| self.done(&enqueued.tasks))
            }
            Request::Begin { execution } => {
                let id = self.execution(execution);
                let begun = executions::begin(&db, BeginExecution { id }).await;
                begun.map_or_else(of_execution, |_| Outcome::done([]))
            }
            Request::Finish {
                execution,
                end,
                output,
            } => {
                let result = match end {
                    End::Success => ExecutionResult::Succeeded,
                    End::Failure => ExecutionResult::Failed {
                        error: "failure".into(),
                    },
                    End::Cancellation => ExecutionResult::Cancelled { reason: None },
                };
                let command = FinishExecution {
                    output: json!({ "n": output }),
                    ..FinishExecution::new(self.execution(execution), result)
                };
                let finished = executions::finish(&db, command).await;
                finished.map_or_else(of_execution, |finished| {
                    Outcome::done(self.numbers(finished.cancelled))
                })
            }
            other => panic!("{other:?} is about tasks"),
        }
    }

    async fn cancel(&mut self, task: usize, reason: Option<String>, finish_execution: bool) -> Outcome {
        let command = CancelTask {
            task: self.task(task),
            reason,
            finish_execution,
        };
        let ended = queue::cancel(&self.db, command).await;
        ended.map_or_else(of_cancel, |ended| self.ended(&ended))
    }

    /// Makes a lease end without waiting for it.
    async fn expire(&mut self, number: usize, after: &World) -> Outcome {
        let Some(LeaseOfModel::Over(seconds)) = after.tasks.get(number).map(|task| task.lease) else {
            return Outcome::Refused("unknown");
        };
        let end = FIRST_EXPIRY + chrono::Duration::seconds(seconds);
        tasks::Entity::update_many()
            .col_expr(tasks::Column::LeaseExpiresAt, Expr::value(end))
            .filter(tasks::Column::Id.eq(self.task(number)))
            .exec(&self.db)
            .await
            .unwrap();
        Outcome::done([])
    }

    fn execution(&mut self, number: usize) -> WorkflowExecutionId {
        while self.executions.len() <= number {
            self.executions.push(WorkflowExecutionId::new());
        }
        self.executions[number]
    }

    fn task(&mut self, number: usize) -> TaskId {
        while self.tasks.len() <= number {
            self.tasks.push(TaskId::new());
        }
        self.tasks[number]
    }

    fn lease(&mut self, task: usize, attempt: i32) -> Lease {
        let task = self.task(task);
        Lease { task, attempt }
    }

    fn new_tasks(&mut self, jobs: &[Job]) -> Vec<NewTask> {
        let mut task = |job: &Job| NewTask {
            id: self.task(job.task),
            priority: job.priority,
            ..NewTask::new(self.staff.agents[job.agent], "count")
        };
        jobs.iter().map(&mut task).collect()
    }

    /// Of an execution, by its id.
    pub(super) fn number(&self, id: WorkflowExecutionId) -> usize {
        self.executions.binary_search(&id).unwrap()
    }

    /// Of a task, by its id.
    pub(super) fn number_of_task(&self, id: TaskId) -> usize {
        self.tasks.binary_search(&id).unwrap()
    }

    fn numbers(&self, tasks: impl IntoIterator<Item = TaskId>) -> Vec<usize> {
        tasks.into_iter().map(|id| self.number_of_task(id)).collect()
    }

    fn done(&self, tasks: &[tasks::Model]) -> Outcome {
        Outcome::done(self.numbers(tasks.iter().map(|task| task.id)))
    }

    fn ended(&self, ended: &EndedTask) -> Outcome {
        Outcome::Done {
            tasks: self.numbers([ended.task.id]),
            finished: ended.finished.iter().map(|row| self.number(row.id)).collect(),
        }
    }
}

fn hours(hours: i64) -> Duration {
    Duration::from_secs(u64::try_from(hours).unwrap() * 3_600)
}
