//! `migration generate`: a new migration's file, registered.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use chrono::{NaiveDate, Utc};

use super::{arguments::Generate, redact};

/// Why no migration was generated. Nothing was written then.
#[derive(Debug, thiserror::Error)]
pub(super) enum GenerateError {
    #[error(
        "`{name}` is no name for a migration: write verb and object in snake case, such as add_gift_note_to_orders"
    )]
    BadName { name: String },
    #[error("there is a migration of that name already: {existing}")]
    Taken { existing: String },
    #[error("no migrations in {}: run this in the workspace, or name the crate's src directory with --source", .directory.display())]
    NoSource { directory: PathBuf },
    #[error("{} lists no migrations that the new one could go behind: expected lines `mod m…;` and `Box::new(m…::Migration),`", .file.display())]
    NoList { file: PathBuf },
    #[error("cannot read {}", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

pub(super) fn run(options: &Generate) -> Result<ExitCode, GenerateError> {
    let source = options.source.clone().unwrap_or_else(default_source);
    let file = generate(&options.name, &source, Utc::now().date_naive())?;
    format(&file);
    // The files are written; who does not read about it still has them.
    let _ = writeln!(
        io::stdout(),
        "wrote {} and registered it in {}\nnext: write its up and down, `migration up`, then `migration entities`",
        file.display(),
        source.join("lib.rs").display()
    );
    Ok(ExitCode::SUCCESS)
}

/// As the workspace wants it: names of any length would need a template for each. Without rustfmt it stays as it is.
fn format(file: &Path) {
    let _ = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Cargo says where the crate is when it runs the program; otherwise it is where the workspace has it.
fn default_source() -> PathBuf {
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").map(|directory| PathBuf::from(directory).join("src"));
    let here = std::env::current_dir().unwrap_or_default();
    manifest
        .filter(|source| has_migrations(source))
        .or_else(|| {
            here.ancestors()
                .map(|above| above.join("migration/src"))
                .find(|source| has_migrations(source))
        })
        .unwrap_or_else(|| here.join("migration/src"))
}

fn has_migrations(source: &Path) -> bool {
    fs::read_to_string(source.join("lib.rs")).is_ok_and(|text| text.contains("MigratorTrait"))
}

fn generate(name: &str, source: &Path, today: NaiveDate) -> Result<PathBuf, GenerateError> {
    if !is_name(name) {
        // It may be a URL in the wrong place.
        let shown = redact::arguments(name, std::iter::once(name.to_owned()));
        return Err(GenerateError::BadName { name: shown });
    }
    if !has_migrations(source) {
        return Err(GenerateError::NoSource {
            directory: source.to_owned(),
        });
    }
    let list = source.join("lib.rs");
    let text = fs::read_to_string(&list).map_err(|error| GenerateError::Read {
        path: list.clone(),
        source: error,
    })?;
    let modules = modules(&text);
    if let Some(existing) = modules
        .iter()
        .find(|module| module.get(16..) == Some(&format!("_{name}")))
    {
        return Err(GenerateError::Taken {
            existing: (*existing).to_owned(),
        });
    }
    let module = next_module(&modules, name, today);
    let registered = register(&text, &module).ok_or_else(|| GenerateError::NoList { file: list.clone() })?;
    let file = source.join(format!("{module}.rs"));
    write_new(&file, &template(name))?;
    fs::write(&list, registered).map_err(|error| GenerateError::Write {
        path: list,
        source: error,
    })?;
    Ok(file)
}

fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.len() <= 60
        && words.len() >= 2
        && words.iter().all(is_word)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// `m20261122_000001_create_functions` and so on, as the list has them.
fn modules(list: &str) -> Vec<&str> {
    let declared = list
        .lines()
        .filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';'));
    // The year's first digit tells a migration from other modules that begin with an m.
    declared.filter(|module| module.starts_with("m2")).collect()
}

/// Behind all others: the names decide the order in which the database lists them.
fn next_module(modules: &[&str], name: &str, today: NaiveDate) -> String {
    let today = today.format("m%Y%m%d").to_string();
    let last = modules.iter().max();
    let date = last
        .and_then(|last| last.get(..9))
        .filter(|date| *date > today.as_str())
        .unwrap_or(&today)
        .to_owned();
    let number = modules
        .iter()
        .filter(|module| module.starts_with(&date))
        .filter_map(|module| module.get(10..16)?.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("{date}_{:06}_{name}", number + 1)
}

/// The list with the new module in both places, each behind the last one.
fn register(list: &str, module: &str) -> Option<String> {
    let lines: Vec<&str> = list.lines().collect();
    let declared = lines
        .iter()
        .rposition(|line| line.trim_start().starts_with("mod m2"))?;
    let listed = lines.iter().rposition(|line| {
        let line = line.trim();
        line.starts_with("Box::new(m2") && line.ends_with("::Migration),")
    })?;
    let indent: String = lines[listed].chars().take_while(|c| c.is_whitespace()).collect();
    let mut registered = Vec::with_capacity(lines.len() + 2);
    for (at, line) in lines.iter().enumerate() {
        registered.push((*line).to_owned());
        if at == declared {
            registered.push(format!("mod {module};"));
        }
        if at == listed {
            registered.push(format!("{indent}Box::new({module}::Migration),"));
        }
    }
    Some(registered.join("\n") + "\n")
}

fn write_new(file: &Path, text: &str) -> Result<(), GenerateError> {
    fs::File::create_new(file)
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .map_err(|source| GenerateError::Write {
            path: file.to_owned(),
            source,
        })
}

/// `add_<column>_to_<table>` comes complete; anything else refuses to run until it is written.
fn template(name: &str) -> String {
    let [up, down] = match name.strip_prefix("add_").and_then(|rest| rest.split_once("_to_")) {
        Some((column, table)) => [
            format!("add_column(ColumnDef::new(\"{column}\").text().null())"),
            format!("drop_column(\"{column}\")"),
        ]
        .map(|change| {
            format!("manager.alter_table(Table::alter().table(\"{table}\").{change}.take()).await")
        }),
        None => ["up", "down"].map(|direction| {
            format!(
                "let _ = manager;\n        \
                 Err(DbErr::Migration(\"the {direction} of {name} is not written yet\".to_owned()))"
            )
        }),
    };
    let title = name.replace('_', " ");
    let title = format!("{}{}", title[..1].to_uppercase(), &title[1..]);
    include_str!("migration.rs.txt")
        .replace("{title}", &title)
        .replace("{up}", &up)
        .replace("{down}", &down)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "use sea_orm_migration::{MigrationTrait, MigratorTrait};\nmod m20261122_000001_create_a;\nmod m20261122_000002_create_b;\nmod migrator;\n\n        vec![\n            Box::new(m20261122_000001_create_a::Migration),\n            Box::new(m20261122_000002_create_b::Migration),\n        ]\n";

    fn source() -> tempfile::TempDir {
        let source = tempfile::tempdir().unwrap();
        fs::write(source.path().join("lib.rs"), LIST).unwrap();
        source
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_new_migration_goes_behind_the_others_of_its_day() {
        let source = source();
        let file = generate("add_gift_note_to_orders", source.path(), day("2026-11-22")).unwrap();
        assert!(
            file.ends_with("m20261122_000003_add_gift_note_to_orders.rs"),
            "{file:?}"
        );
        let list = fs::read_to_string(source.path().join("lib.rs")).unwrap();
        assert!(list.contains(
            "mod m20261122_000002_create_b;\nmod m20261122_000003_add_gift_note_to_orders;\nmod migrator;"
        ));
        assert!(list.contains("::Migration),\n            Box::new(m20261122_000003_add_gift_note_to_orders::Migration),\n        ]"));
        let text = fs::read_to_string(file).unwrap();
        assert!(
            text.contains("Some(true)") && text.contains("drop_column(\"gift_note\")"),
            "{text}"
        );
    }

    #[test]
    fn a_clock_that_is_behind_does_not_put_it_before_the_others() {
        let modules = ["m20261122_000001_create_a", "m20261122_000002_create_b"];
        assert_eq!(
            next_module(&modules, "drop_c", day("2026-11-21")),
            "m20261122_000003_drop_c"
        );
        assert_eq!(
            next_module(&modules, "drop_c", day("2026-11-23")),
            "m20261123_000001_drop_c"
        );
    }

    #[test]
    fn bad_and_taken_names_are_refused_and_nothing_is_written() {
        let source = source();
        for name in [
            "",
            "orders",
            "AddNote",
            "add-note",
            "_add_note",
            "add__note",
            "add_note_",
            "../add_note",
            "1_add",
        ] {
            let refused = generate(name, source.path(), day("2026-11-22"));
            assert!(
                matches!(refused, Err(GenerateError::BadName { .. })),
                "{name:?} {refused:?}"
            );
        }
        let refused = generate("create_a", source.path(), day("2026-11-23"));
        assert!(matches!(refused, Err(GenerateError::Taken { .. })), "{refused:?}");
        assert_eq!(fs::read_dir(source.path()).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(source.path().join("lib.rs")).unwrap(), LIST);
    }
}
