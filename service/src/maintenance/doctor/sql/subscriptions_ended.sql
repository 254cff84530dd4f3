SELECT email || ' on ' || {text list_id} AS name,
       CASE WHEN status IN ('pending', 'subscribed') THEN 'no end' ELSE 'the time of its end' END AS expected,
       status || CASE WHEN unsubscribed_at IS NULL THEN ' without an end' ELSE ' with an end' END AS found
FROM email_subscribers
WHERE (status IN ('pending', 'subscribed')) <> (unsubscribed_at IS NULL)
