//! An operation, and two commands for it.

use std::fmt::Debug;
use std::pin::Pin;
use std::rc::Rc;

use sea_orm::DatabaseTransaction;
use service::{Class, Classified};

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), Refusal>> + 'a>>;

/// Sends a command inside a transaction.
type Sending = Box<dyn for<'a> Fn(&'a DatabaseTransaction) -> Answer<'a>>;

/// An error of any operation.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) class: Class,
    #[expect(dead_code, reason = "what a failing test shows")]
    error: String,
}

/// An operation of the service.
pub(crate) struct Case {
    /// Where it is defined, as the compiler calls it: `service::inventory::line::reserve`.
    pub(crate) name: &'static str,
    /// Sends a command that does something.
    pub(crate) works: Sending,
    /// Sends one that is refused. A few operations refuse nothing that a command can ask for.
    pub(crate) refused: Option<Sending>,
}

/// The operation with a command that works and one that is refused.
pub(crate) fn case<F, Command, O, E>(operation: F, works: Command, refused: Command) -> Case
where
    F: AsyncFn(&DatabaseTransaction, Command) -> Result<O, E> + 'static,
    Command: Clone + 'static,
    E: Classified + Debug,
    O: 'static,
{
    let operation = Rc::new(operation);
    Case {
        name: name::<F>(),
        works: sending(operation.clone(), works),
        refused: Some(sending(operation, refused)),
    }
}

/// The operation with a command that works, where no command of the kind is refused.
pub(crate) fn obliging<F, Command, O, E>(operation: F, works: Command) -> Case
where
    F: AsyncFn(&DatabaseTransaction, Command) -> Result<O, E> + 'static,
    Command: Clone + 'static,
    E: Classified + Debug,
    O: 'static,
{
    Case {
        name: name::<F>(),
        works: sending(Rc::new(operation), works),
        refused: None,
    }
}

fn sending<F, Command, O, E>(operation: Rc<F>, command: Command) -> Sending
where
    F: AsyncFn(&DatabaseTransaction, Command) -> Result<O, E> + 'static,
    Command: Clone + 'static,
    E: Classified + Debug,
    O: 'static,
{
    Box::new(move |db| {
        let (operation, command) = (operation.clone(), command.clone());
        Box::pin(async move {
            operation(db, command).await.map(drop).map_err(|error| Refusal {
                class: error.class(),
                error: format!("{error:?}"),
            })
        })
    })
}

/// The path of a function, without what it is generic over.
fn name<F>() -> &'static str {
    let name = std::any::type_name::<F>();
    name.split('<').next().unwrap_or(name)
}
