SELECT id, 'the time of its publication' AS expected, 'published without one' AS found
FROM content
WHERE status = 'published' AND published_at IS NULL
