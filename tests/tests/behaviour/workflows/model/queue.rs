//! The model's queue: what becomes of tasks, and of the executions that end with them.

use entity::{TaskStatus, WorkflowExecutionStatus};
use service::workflows::tasks::LEASE_EXPIRED;

use super::command::AGENTS;
use super::request::{Job, Request};
use super::world::{Lease, Message, Outcome, Task, World};

/// How long the driver claims, extends and lets rest.
pub(super) const HOURS_OF_CLAIM: i64 = 24;
pub(super) const HOURS_OF_HEARTBEAT: i64 = 48;
pub(super) const HOURS_OF_REST: i64 = 12;

impl World {
    pub(super) fn queue(&mut self, request: &Request) -> Outcome {
        match request {
            Request::Enqueue { execution, jobs } => self.enqueue(*execution, jobs),
            Request::Claim { agent, limit } => self.claim(*agent, *limit),
            Request::Release {
                agent,
                max_attempts,
                limit,
                finish,
            } => self.release(*agent, *max_attempts, *limit, *finish),
            Request::Heartbeat { task, .. }
            | Request::Complete { task, .. }
            | Request::Fail { task, .. }
            | Request::Cancel { task, .. }
            | Request::Expire { task }
                if *task >= self.tasks.len() =>
            {
                Outcome::Refused("unknown")
            }
            Request::Heartbeat { task, attempt } => self.heartbeat(*task, *attempt),
            Request::Complete {
                task,
                attempt,
                output,
                finish,
            } => self.complete((*task, *attempt), *output, *finish),
            Request::Fail {
                task,
                attempt,
                error,
                max_attempts,
                rests,
                finish,
            } => self.fail((*task, *attempt), error, attempt < max_attempts, *rests, *finish),
            Request::Cancel { task, reason, finish } => self.cancel(*task, reason.as_ref(), *finish),
            Request::Expire { task } => self.expire(*task),
            Request::Start { .. } | Request::Begin { .. } | Request::Finish { .. } => Outcome::Nothing,
        }
    }

    pub(super) fn any_archived(jobs: &[Job]) -> bool {
        jobs.iter().any(|job| job.agent == AGENTS - 1)
    }

    pub(super) fn add(&mut self, execution: usize, jobs: &[Job]) {
        for job in jobs
            .iter()
            .filter(|job| job.task >= self.tasks.len())
            .collect::<Vec<_>>()
        {
            assert_eq!(job.task, self.tasks.len());
            self.tasks.push(Task {
                execution,
                agent: job.agent,
                priority: job.priority,
                status: TaskStatus::Pending,
                attempts: 0,
                lease: Lease::None,
                output: None,
                error: None,
            });
        }
    }

    /// In what the tasks differ from those that the same jobs once made.
    pub(super) fn replay(&self, execution: usize, jobs: &[Job]) -> Option<&'static str> {
        for job in jobs {
            let Some(row) = self.tasks.get(job.task) else {
                return Some("missing");
            };
            if (row.execution, row.priority) != (execution, job.priority) {
                return Some("conflict");
            }
        }
        // The work of an agent that was archived since was handed over.
        let other = |job: &Job| self.tasks[job.task].agent != job.agent && job.agent != AGENTS - 1;
        jobs.iter().any(other).then_some("conflict")
    }

    fn enqueue(&mut self, execution: usize, jobs: &[Job]) -> Outcome {
        let refusal = match self.executions.get(execution) {
            None => Some("unknown"),
            Some(row) if !row.is_open() => Some("finished"),
            Some(_) => Self::any_archived(jobs).then_some("archived"),
        };
        if refusal.is_none() {
            self.add(execution, jobs);
        }
        match self.replay(execution, jobs) {
            None => Outcome::done(jobs.iter().map(|job| job.task)),
            Some("missing") => Outcome::Refused(refusal.unwrap()),
            Some(difference) => Outcome::Refused(difference),
        }
    }

    fn claim(&mut self, agent: usize, limit: usize) -> Outcome {
        let mut tasks = self.numbers(|task| {
            task.agent == agent
                && task.status == TaskStatus::Pending
                && !matches!(task.lease, Lease::Lasts(_))
        });
        // Their numbers are their age.
        tasks.sort_by_key(|task| (self.tasks[*task].priority, *task));
        tasks.truncate(limit);
        for number in &tasks {
            let task = &mut self.tasks[*number];
            task.status = TaskStatus::InProgress;
            task.attempts += 1;
            task.lease = Lease::Lasts(HOURS_OF_CLAIM);
            assert!(
                self.handed_out.insert((*number, task.attempts)),
                "handed out twice"
            );
            let execution = &mut self.executions[task.execution];
            execution.status = WorkflowExecutionStatus::Running;
        }
        Outcome::done(tasks)
    }

    fn holds(&self, task: usize, attempt: i32) -> bool {
        let task = &self.tasks[task];
        task.status == TaskStatus::InProgress
            && task.attempts == attempt
            && matches!(task.lease, Lease::Lasts(_))
    }

    fn heartbeat(&mut self, task: usize, attempt: i32) -> Outcome {
        if !self.holds(task, attempt) {
            return Outcome::Refused("lost");
        }
        self.tasks[task].lease = Lease::Lasts(HOURS_OF_HEARTBEAT);
        Outcome::done([task])
    }

    fn complete(&mut self, (task, attempt): (usize, i32), output: i64, finish: bool) -> Outcome {
        if self.holds(task, attempt) {
            let row = &mut self.tasks[task];
            (row.status, row.lease) = (TaskStatus::Completed, Lease::None);
            (row.output, row.error) = (Some(output), None);
            return self.ended(task, finish);
        }
        let row = &self.tasks[task];
        match row.status {
            TaskStatus::Completed if row.attempts == attempt && row.output == Some(output) => Outcome::Again,
            TaskStatus::Completed if row.attempts == attempt => Outcome::Refused("conflict"),
            _ => Outcome::Refused("lost"),
        }
    }

    fn fail(
        &mut self,
        (task, attempt): (usize, i32),
        error: &str,
        retry: bool,
        rests: bool,
        finish: bool,
    ) -> Outcome {
        let held = self.holds(task, attempt);
        let row = &mut self.tasks[task];
        let status = if retry {
            TaskStatus::Pending
        } else {
            TaskStatus::Failed
        };
        if held {
            row.status = status;
            row.error = Some(error.into());
            row.lease = if retry && rests {
                Lease::Lasts(HOURS_OF_REST)
            } else {
                Lease::None
            };
            return self.ended(task, finish);
        }
        if row.attempts != attempt || row.status != status {
            return Outcome::Refused("lost");
        }
        match row.error.as_deref() {
            Some(first) if first == error => Outcome::Again,
            // The worker did not end this attempt: its lease did.
            Some(LEASE_EXPIRED) | None => Outcome::Refused("lost"),
            Some(_) if retry => Outcome::Refused("lost"),
            Some(_) => Outcome::Refused("conflict"),
        }
    }

    fn cancel(&mut self, task: usize, reason: Option<&String>, finish: bool) -> Outcome {
        let row = &mut self.tasks[task];
        if row.status == TaskStatus::Cancelled {
            return Outcome::Again;
        }
        if !row.is_open() {
            return Outcome::Refused("illegal move");
        }
        (row.status, row.lease) = (TaskStatus::Cancelled, Lease::None);
        row.error = reason.cloned();
        self.ended(task, finish)
    }

    fn expire(&mut self, task: usize) -> Outcome {
        let row = &mut self.tasks[task];
        if !matches!(row.lease, Lease::Lasts(_)) {
            return Outcome::Nothing;
        }
        self.expired += 1;
        row.lease = Lease::Over(self.expired);
        Outcome::done([])
    }

    fn release(&mut self, agent: Option<usize>, max_attempts: i32, limit: usize, finish: bool) -> Outcome {
        let mut expired = self.numbers(|task| {
            task.status == TaskStatus::InProgress
                && matches!(task.lease, Lease::Over(_))
                && agent.is_none_or(|agent| agent == task.agent)
        });
        expired.sort_by_key(|task| self.tasks[*task].lease);
        expired.truncate(limit);
        expired.sort_unstable();
        for task in &expired {
            let row = &mut self.tasks[*task];
            row.status = if row.attempts >= max_attempts {
                TaskStatus::Failed
            } else {
                TaskStatus::Pending
            };
            (row.lease, row.error) = (Lease::None, Some(LEASE_EXPIRED.into()));
        }
        let (failed, pending): (Vec<_>, Vec<_>) =
            expired.into_iter().partition(|task| !self.tasks[*task].is_open());
        let finished = if finish { self.settle(&failed) } else { Vec::new() };
        let tasks = pending.into_iter().chain(failed).collect();
        Outcome::Done { tasks, finished }
    }

    fn ended(&mut self, task: usize, finish: bool) -> Outcome {
        let finished = if finish && !self.tasks[task].is_open() {
            self.settle(&[task])
        } else {
            Vec::new()
        };
        Outcome::Done {
            tasks: vec![task],
            finished,
        }
    }

    /// Ends the executions of which these were the last open tasks.
    fn settle(&mut self, ended: &[usize]) -> Vec<usize> {
        let mut executions: Vec<_> = ended.iter().map(|task| self.tasks[*task].execution).collect();
        executions.sort_unstable();
        executions.dedup();
        executions.retain(|execution| {
            let own = || self.tasks.iter().filter(|task| task.execution == *execution);
            let any = |status| own().any(|task| task.status == status);
            if own().any(Task::is_open) {
                return false;
            }
            let row = &mut self.executions[*execution];
            (row.status, row.message) = if any(TaskStatus::Failed) {
                (WorkflowExecutionStatus::Failed, Message::OfTask)
            } else if any(TaskStatus::Completed) {
                (WorkflowExecutionStatus::Succeeded, Message::None)
            } else {
                (WorkflowExecutionStatus::Cancelled, Message::None)
            };
            true
        });
        executions
    }
}
