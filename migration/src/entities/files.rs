//! Generated files against those on disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use similar::TextDiff;

use super::EntitiesError;
use super::render::HEADER;

/// The text of every generated file, formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFiles {
    files: BTreeMap<String, String>,
}

/// What [`GeneratedFiles::write`] did, by file name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// New files and files whose text changed.
    pub written: Vec<String>,
    /// Generated files of tables and views that are gone.
    pub removed: Vec<String>,
    /// Files that already held the text, and were not touched.
    pub unchanged: Vec<String>,
}

impl GeneratedFiles {
    pub(super) fn new(files: BTreeMap<String, String>) -> Self {
        Self { files }
    }

    /// Names and texts, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Makes the directory hold these files: each is replaced whole or not at all, `mod.rs` last. Generated files that are
    /// no longer wanted go; whatever does not carry the generator's mark stays.
    ///
    /// # Errors
    ///
    /// [`EntitiesError::File`] names the path that could not be read or written.
    pub fn write(&self, directory: &Path) -> Result<Written, EntitiesError> {
        fs::create_dir_all(directory).map_err(EntitiesError::file(directory))?;
        let present = generated_in(directory)?;
        let mut outcome = Written::default();
        let (module, others): (Vec<_>, Vec<_>) = self.files.iter().partition(|(name, _)| *name == "mod.rs");
        for (name, text) in others.into_iter().chain(module) {
            if present.get(name) == Some(text) {
                outcome.unchanged.push(name.clone());
                continue;
            }
            replace(directory, name, text)?;
            outcome.written.push(name.clone());
        }
        for name in present.keys().filter(|name| !self.files.contains_key(*name)) {
            fs::remove_file(directory.join(name)).map_err(EntitiesError::file(directory.join(name)))?;
            outcome.removed.push(name.clone());
        }
        Ok(outcome)
    }

    /// The difference between the directory's generated files and these, as a unified diff; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`EntitiesError::File`] names the path that could not be read.
    pub fn diff(&self, directory: &Path) -> Result<Option<String>, EntitiesError> {
        let present = generated_in(directory)?;
        let names: BTreeSet<_> = present.keys().chain(self.files.keys()).collect();
        let mut diff = String::new();
        for name in names {
            let text = |files: &BTreeMap<String, String>| files.get(name).cloned().unwrap_or_default();
            let (old, new) = (text(&present), text(&self.files));
            if old != new {
                let lines = TextDiff::from_lines(&old, &new);
                let (from, to) = (format!("a/{name}"), format!("b/{name}"));
                diff += &lines.unified_diff().header(&from, &to).to_string();
            }
        }
        Ok(Some(diff).filter(|diff| !diff.is_empty()))
    }
}

/// The files of a directory that the generator wrote, and any file under a name it would write. No directory, no files.
fn generated_in(directory: &Path) -> Result<BTreeMap<String, String>, EntitiesError> {
    let mut found = BTreeMap::new();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        entries => entries.map_err(EntitiesError::file(directory))?,
    };
    for entry in entries {
        let path = entry.map_err(EntitiesError::file(directory))?.path();
        let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|name| name.ends_with(".rs"))
        else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(EntitiesError::file(&path))?;
        if text.lines().take(3).any(|line| line.ends_with(HEADER)) {
            found.insert(name.to_owned(), text);
        }
    }
    Ok(found)
}

fn replace(directory: &Path, name: &str, text: &str) -> Result<(), EntitiesError> {
    let beside = directory.join(format!(".{name}.new"));
    fs::write(&beside, text).map_err(EntitiesError::file(&beside))?;
    fs::rename(&beside, directory.join(name)).map_err(EntitiesError::file(directory.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[(&str, &str)]) -> GeneratedFiles {
        let text = |body: &str| format!("//! {HEADER}\n{body}\n");
        GeneratedFiles::new(
            names
                .iter()
                .map(|(name, body)| ((*name).to_owned(), text(body)))
                .collect(),
        )
    }

    #[test]
    fn writing_touches_what_changed_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let hand_written = directory.path().join("mine.rs");
        fs::write(&hand_written, "// mine\n").unwrap();
        files(&[("a.rs", "1"), ("b.rs", "1"), ("mod.rs", "1")])
            .write(directory.path())
            .unwrap();

        let written = files(&[("a.rs", "1"), ("c.rs", "1"), ("mod.rs", "2")])
            .write(directory.path())
            .unwrap();

        assert_eq!(written.unchanged, ["a.rs"]);
        assert_eq!(written.written, ["c.rs", "mod.rs"]);
        assert_eq!(written.removed, ["b.rs"]);
        assert_eq!(fs::read_to_string(hand_written).unwrap(), "// mine\n");
    }

    #[test]
    fn a_difference_shows_as_a_diff_until_it_is_written() {
        let directory = tempfile::tempdir().unwrap();
        files(&[("a.rs", "old"), ("gone.rs", "x")])
            .write(directory.path())
            .unwrap();
        let new = files(&[("a.rs", "new")]);

        let diff = new.diff(directory.path()).unwrap().unwrap();

        assert!(
            diff.contains("--- a/a.rs") && diff.contains("-old") && diff.contains("+new"),
            "{diff}"
        );
        assert!(diff.contains("--- a/gone.rs"), "{diff}");
        new.write(directory.path()).unwrap();
        assert_eq!(new.diff(directory.path()).unwrap(), None);
    }
}
