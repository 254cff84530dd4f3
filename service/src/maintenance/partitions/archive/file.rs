//! One table's file: written once, compressed and hashed on the way, and read from its beginning.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::super::Month;
use super::error::ArchiveError;
use super::manifest::ArchivedFile;
use super::record::{self, Record};
use super::{columns, file_name};

/// A file that is being written.
pub(super) struct NewFile {
    path: PathBuf,
    table: &'static str,
    out: GzEncoder<Hashed<BufWriter<File>>>,
    content: Sha256,
    rows: u64,
}

impl NewFile {
    pub(super) fn create(directory: &Path, table: &'static str) -> Result<Self, ArchiveError> {
        let path = directory.join(file_name(table));
        let file = File::create_new(&path).map_err(ArchiveError::io(&path))?;
        Ok(Self {
            out: GzEncoder::new(Hashed::new(BufWriter::new(file)), Compression::default()),
            path,
            table,
            content: Sha256::new(),
            rows: 0,
        })
    }

    /// Writes the names of the columns.
    pub(super) fn header(&mut self) -> Result<(), ArchiveError> {
        let mut line = Vec::new();
        let columns = columns(self.table);
        record::push(&mut line, columns.iter().map(|column| Some(column.name)));
        self.write(&line)
    }

    /// Writes a line with its end.
    pub(super) fn row(&mut self, line: &[u8]) -> Result<(), ArchiveError> {
        self.rows += 1;
        self.write(line)
    }

    fn write(&mut self, line: &[u8]) -> Result<(), ArchiveError> {
        self.content.update(line);
        self.out.write_all(line).map_err(ArchiveError::io(&self.path))
    }

    /// Forces the file to disk.
    pub(super) fn finish(self, month: Month) -> Result<ArchivedFile, ArchiveError> {
        let path = self.path;
        let written = self.out.finish().and_then(|hashed| {
            let (digest, bytes) = (hashed.digest, hashed.bytes);
            let file = hashed
                .inner
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            Ok((digest, bytes))
        });
        let (digest, bytes) = written.map_err(ArchiveError::io(&path))?;
        Ok(ArchivedFile {
            file: file_name(self.table),
            table: self.table.to_owned(),
            month,
            columns: columns(self.table)
                .into_iter()
                .map(|column| column.name.to_owned())
                .collect(),
            rows: self.rows,
            bytes,
            sha256: hex(digest),
            content_sha256: hex(self.content),
        })
    }
}

/// Hashes and counts what passes.
struct Hashed<T> {
    inner: T,
    digest: Sha256,
    bytes: u64,
}

impl<T> Hashed<T> {
    fn new(inner: T) -> Self {
        Self {
            inner,
            digest: Sha256::new(),
            bytes: 0,
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.pass(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.pass(&buffer[..read]);
        Ok(read)
    }
}

fn hex(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What is compressed in a file.
pub(in super::super) fn content(
    directory: &Path,
    file: &ArchivedFile,
) -> Result<impl Read + Send + use<>, ArchiveError> {
    let path = directory.join(&file.file);
    let opened = File::open(&path).map_err(ArchiveError::io(&path))?;
    Ok(GzDecoder::new(BufReader::new(opened)))
}

/// Reads the whole file, and compares it with what the manifest says.
pub(super) fn verify(directory: &Path, file: &ArchivedFile) -> Result<(), ArchiveError> {
    let path = directory.join(&file.file);
    let opened = File::open(&path).map_err(ArchiveError::io(&path))?;
    let mut raw = Hashed::new(BufReader::new(opened));
    io::copy(&mut raw, &mut io::sink()).map_err(ArchiveError::io(&path))?;
    let damaged = |what, expected: &dyn ToString, found: &dyn ToString| ArchiveError::Damaged {
        path: path.clone(),
        what,
        expected: expected.to_string(),
        found: found.to_string(),
    };
    if raw.bytes != file.bytes {
        return Err(damaged("its size", &file.bytes, &raw.bytes));
    }
    let found = hex(raw.digest);
    if found != file.sha256 {
        return Err(damaged("its SHA-256", &file.sha256, &found));
    }
    let mut records = Records::open(directory, file)?;
    let mut rows = 0_u64;
    while records.next()?.is_some() {
        rows += 1;
    }
    if rows != file.rows {
        return Err(damaged("the number of its rows", &file.rows, &rows));
    }
    Ok(())
}

/// The rows of a file, one after the other.
pub(in super::super) struct Records {
    input: BufReader<Box<dyn Read + Send>>,
    path: PathBuf,
    table: String,
    fields: usize,
    line: u64,
    raw: Vec<u8>,
}

impl Records {
    /// Opens the file and reads its header.
    pub(in super::super) fn open(directory: &Path, file: &ArchivedFile) -> Result<Self, ArchiveError> {
        let content: Box<dyn Read + Send> = Box::new(content(directory, file)?);
        let mut records = Self {
            input: BufReader::with_capacity(1 << 16, content),
            path: directory.join(&file.file),
            table: file.table.clone(),
            fields: file.columns.len(),
            line: 0,
            raw: Vec::new(),
        };
        let header = records.next()?.unwrap_or_default();
        if header
            .iter()
            .map(Option::as_deref)
            .eq(file.columns.iter().map(|name| Some(name.as_str())))
        {
            Ok(records)
        } else {
            Err(records.malformed())
        }
    }

    /// The next row; `None` after the last.
    pub(in super::super) fn next(&mut self) -> Result<Option<Record>, ArchiveError> {
        self.line += 1;
        match record::read(&mut self.input, &mut self.raw) {
            Ok(Some(record)) if record.len() == self.fields => Ok(Some(record)),
            Ok(None) => Ok(None),
            Ok(Some(_)) => Err(self.malformed()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(self.malformed()),
            Err(error) => Err(ArchiveError::io(&self.path)(error)),
        }
    }

    /// The bytes of the row that was read last.
    pub(in super::super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What to say when the row that was read last does not fit its table.
    pub(in super::super) fn malformed(&self) -> ArchiveError {
        ArchiveError::Line {
            path: self.path.clone(),
            table: self.table.clone(),
            line: self.line,
        }
    }
}
