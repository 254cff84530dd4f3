-- Of a file that cannot be written any more, which is opened with cell_size_check, SQLite does not say that it has a log.
SELECT 'journal_mode' AS name, 'wal' AS expected, journal_mode AS found
FROM pragma_journal_mode
WHERE journal_mode NOT IN ('wal', 'memory') AND NOT EXISTS (SELECT 1 FROM pragma_cell_size_check WHERE cell_size_check = 1)
