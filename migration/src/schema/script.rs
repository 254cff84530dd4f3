//! Runs the SQL files: what SeaQuery's DSL cannot say.

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;

/// A line that ends one statement of a script: a semicolon does not, because trigger bodies hold some.
const END: &str = "\n--;;\n";

/// Runs the statements of a script one by one, each `{name}` replaced by the value given for it.
///
/// The values are identifiers of our own migrations, never input.
pub(crate) async fn run_script(
    manager: &SchemaManager<'_>,
    script: &str,
    values: &[(&str, &str)],
) -> Result<(), DbErr> {
    let mut script = script.to_owned();
    for (name, value) in values {
        script = script.replace(&format!("{{{name}}}"), value);
    }
    for statement in script
        .split(END)
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
    {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}
