//! Formatting by rustfmt itself, with the workspace's settings, so that `cargo fmt --check` agrees with the generator.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::process::Command;

use super::EntitiesError;

/// The settings of the workspace that this generator was built in.
const SETTINGS: &str = include_str!("../../../.rustfmt.toml");

/// Formats all files in one run of rustfmt: it follows the `mod` lines of `mod.rs`. `RUSTFMT` names another binary, as it
/// does for cargo.
pub(super) fn format(files: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, EntitiesError> {
    let directory = tempfile::tempdir().map_err(EntitiesError::file(env::temp_dir()))?;
    let at = |name: &str| directory.path().join(name);
    fs::write(at(".rustfmt.toml"), SETTINGS).map_err(EntitiesError::file(at(".rustfmt.toml")))?;
    for (name, text) in &files {
        fs::write(at(name), text).map_err(EntitiesError::file(at(name)))?;
    }
    run_rustfmt(Command::new(env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into())).arg(at("mod.rs")))?;
    files
        .into_keys()
        .map(|name| {
            let text = fs::read_to_string(at(&name)).map_err(EntitiesError::file(at(&name)))?;
            Ok((name, text))
        })
        .collect()
}

fn run_rustfmt(command: &mut Command) -> Result<(), EntitiesError> {
    let output = command
        .args(["--edition", "2024"])
        .output()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => EntitiesError::NoRustfmt,
            _ => EntitiesError::Rustfmt {
                message: error.to_string(),
            },
        })?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    // rustup installs a proxy of that name even where the component is missing.
    if message.contains("is not installed") {
        return Err(EntitiesError::NoRustfmt);
    }
    Err(EntitiesError::Rustfmt { message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_rustfmt_says_how_to_get_it() {
        let error = run_rustfmt(&mut Command::new("/nonexistent/rustfmt")).unwrap_err();
        assert!(matches!(error, EntitiesError::NoRustfmt));
        assert!(error.to_string().contains("rustup component add rustfmt"));
    }
}
