//! SQLite files: one that is migrated, and its copies.

use std::fs;
use std::path::{Path, PathBuf};

use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use super::connect;
use crate::{runtime, scratch};

/// A file that is removed with the value, and with it its write-ahead log.
#[derive(Debug)]
pub(super) struct OwnFile {
    _directory: TempDir,
    url: String,
}

impl OwnFile {
    pub(super) fn migrated() -> Self {
        let template = scratch::once("template.sqlite.made", || {
            let file = scratch::directory().join("template.sqlite");
            runtime::wait_for(make_template(&file));
            file.to_str().expect("a path in Unicode").to_owned()
        });
        let file = Self::empty();
        fs::copy(template, file.path()).expect("the migrated file can be copied");
        file
    }

    pub(super) fn empty() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("sqlite-")
            .tempdir_in(scratch::directory())
            .expect("the directory of the run can be written");
        Self {
            url: url_of(&directory.path().join("vividwalls.db")),
            _directory: directory,
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn path(&self) -> PathBuf {
        self._directory.path().join("vividwalls.db")
    }
}

fn url_of(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

async fn make_template(file: &Path) {
    // A process that was killed while it did this may have left half of one.
    let _ = fs::remove_file(file);
    let template = connect(&url_of(file), 1).await;
    template
        .execute_unprepared("PRAGMA journal_mode = WAL")
        .await
        .expect("write-ahead logging");
    migration::up_on(&template, None)
        .await
        .expect("the migrations succeed on SQLite");
    // The last connection that closes moves the log into the file.
    template.close().await.expect("the connection closes");
}
