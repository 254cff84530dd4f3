//! The tasks of executions, as a queue for each agent.
//!
//! A task is enqueued as pending. [`claim`] hands the most urgent ones (priority 1 before 2, then the oldest) to one worker each,
//! under a lease: until it ends, the task is that worker's. `tasks.attempts` counts the claims and fences them: a worker sends the
//! attempt that it claimed with whatever it does, and once its lease has expired, or somebody else has claimed the task, it can do
//! nothing any more ([`LeaseError::Lost`]). Leases go by the database's clock.
//!
//! [`heartbeat`] extends a lease and [`heartbeat_many`] all that a worker holds, [`complete`] and [`fail`] end the attempt; a failure is tried again up to a limit and then for
//! good. [`release_expired`] gives back what workers that died have left. [`cancel`] calls a task off, whoever works on it.
//!
//! The answer to a claim may be lost on the way: what it claimed comes back when the lease expires. Everything else can be sent
//! again and then says the same.
//!
//! The execution row is locked before its tasks, by everybody who locks both and waits; a claim locks the tasks first, and
//! therefore waits for neither.

mod cancel;
mod claim;
mod complete;
mod enqueue;
mod fail;
mod heartbeat;
mod heartbeats;
mod lease;
mod list;
pub(super) mod lock;
pub(super) mod new_task;
mod overdue;
mod portable;
mod postgres;
mod release;
pub(super) mod state;

pub use cancel::{CancelTask, CancelTaskError, cancel};
pub use claim::{ClaimTasks, ClaimedTasks, QueueError, claim};
pub use complete::{CompleteTask, complete};
pub use enqueue::{EnqueueError, EnqueueTasks, EnqueuedTasks, enqueue};
pub use fail::{FailTask, fail};
pub use heartbeat::{Heartbeat, heartbeat};
pub use heartbeats::{Heartbeats, Pulse, heartbeat_many};
pub use lease::{EndedTask, Lease, LeaseError, MAX_LEASE};
pub use list::{ListTasks, list};
pub use new_task::NewTask;
pub use overdue::{ListOverdue, OverdueTask, overdue};
pub use release::{LEASE_EXPIRED, ReleaseExpired, ReleasedTasks, release_expired};
pub use state::may_move;
