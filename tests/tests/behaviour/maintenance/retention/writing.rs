//! Writers that go on until they are stopped, and how long each of them waited.

use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::Utc;
use entity::{SystemEventId, TaskId, WorkflowExecutionId};
use sea_orm::{DatabaseConnection, EntityTrait, Set};

use super::history::World;

pub(super) fn task(execution: WorkflowExecutionId, agent: entity::AgentId) -> entity::tasks::ActiveModel {
    entity::tasks::ActiveModel {
        id: Set(TaskId::new()),
        workflow_execution_id: Set(execution),
        assigned_agent_id: Set(agent),
        task_type: Set("write".into()),
        ..Default::default()
    }
}

/// Four tasks that write until they are stopped.
pub(super) struct Writers {
    stop: Arc<AtomicBool>,
    pub(super) written: Arc<AtomicU64>,
    silence: Arc<Mutex<Silence>>,
    running: Vec<tokio::task::JoinHandle<Longest>>,
}

/// How long the slowest took, and how long it took until any of them got through.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Longest {
    pub(super) transaction: Duration,
    pub(super) statement: Duration,
    pub(super) silence: Duration,
}

/// When the last of all writers got through, and the longest time in which none did.
#[derive(Clone, Copy, Debug)]
struct Silence {
    since: Instant,
    longest: Duration,
}

impl Silence {
    fn end(&mut self) {
        self.longest = self.longest.max(self.since.elapsed());
        self.since = Instant::now();
    }
}

impl Longest {
    /// Waits for one statement.
    async fn statement<T, E: Debug>(&mut self, statement: impl Future<Output = Result<T, E>>) -> T {
        let began = Instant::now();
        let outcome = statement.await.unwrap();
        self.statement = self.statement.max(began.elapsed());
        outcome
    }
}

impl Writers {
    pub(super) fn start(db: &DatabaseConnection, world: &World) -> Self {
        let (stop, written) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let silence = Arc::new(Mutex::new(Silence {
            since: Instant::now(),
            longest: Duration::ZERO,
        }));
        let running = (0..4)
            .map(|_| {
                let (db, world) = (db.clone(), *world);
                let (stop, written, silence) = (stop.clone(), written.clone(), silence.clone());
                tokio::spawn(async move {
                    let mut longest = Longest::default();
                    while !stop.load(Ordering::Relaxed) {
                        let began = Instant::now();
                        write(&db, &world, &mut longest).await;
                        written.fetch_add(1, Ordering::Relaxed);
                        silence.lock().unwrap().end();
                        longest.transaction = longest.transaction.max(began.elapsed());
                    }
                    longest
                })
            })
            .collect();
        Self {
            stop,
            written,
            silence,
            running,
        }
    }

    /// How many rows of each kind were written, and how long that took at most.
    pub(super) async fn stop(self) -> (u64, Longest) {
        self.stop.store(true, Ordering::Relaxed);
        let mut longest = Longest::default();
        for writer in self.running {
            let own = writer.await.unwrap();
            longest.transaction = longest.transaction.max(own.transaction);
            longest.statement = longest.statement.max(own.statement);
        }
        longest.silence = self.silence.lock().unwrap().longest;
        (self.written.load(Ordering::Relaxed), longest)
    }
}

async fn write(db: &DatabaseConnection, world: &World, longest: &mut Longest) {
    let transaction = longest.statement(service::transaction::begin(db)).await;
    let now = Utc::now();
    let execution = WorkflowExecutionId::at(now);
    let row = entity::workflow_executions::ActiveModel {
        id: Set(execution),
        workflow_id: Set(world.workflow),
        created_at: Set(now),
        ..Default::default()
    };
    let execution_row = entity::workflow_executions::Entity::insert(row);
    longest
        .statement(execution_row.exec_without_returning(&transaction))
        .await;
    let task = entity::tasks::Entity::insert(task(execution, world.agent));
    longest.statement(task.exec_without_returning(&transaction)).await;
    let event = entity::system_events::ActiveModel {
        id: Set(SystemEventId::at(now)),
        event_type: Set("test.written".into()),
        message: Set(String::new()),
        created_at: Set(now),
        ..Default::default()
    };
    let event = entity::system_events::Entity::insert(event);
    longest
        .statement(event.exec_without_returning(&transaction))
        .await;
    longest.statement(transaction.commit()).await;
}
