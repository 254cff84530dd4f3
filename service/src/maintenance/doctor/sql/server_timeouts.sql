-- The examination has a statement_timeout of its own; reset_val is that of the session. Zero is none.
SELECT name::text AS name, 'a limit' AS expected, 'none' AS found
FROM pg_settings
WHERE name IN ('lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout') AND reset_val = '0'
