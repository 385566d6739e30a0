-- Returns for each recipient whether to send a mail about the discussion at once. For all others the item is kept.
INSERT INTO discussion_mails AS known (recipient_id, thread, subscription_link, sent_at, waiting)
SELECT recipient, %(thread)s, %(subscription_link)s, %(now)s, '[]'
FROM unnest(%(recipients)s::bigint[]) AS recipient
ON CONFLICT (recipient_id, thread) DO UPDATE SET
    sent_at = CASE
        WHEN known.sent_at <= %(long_ago)s AND known.waiting = '[]' THEN excluded.sent_at ELSE known.sent_at
    END,
    waiting = CASE
        WHEN known.sent_at <= %(long_ago)s AND known.waiting = '[]' THEN known.waiting
        ELSE known.waiting || %(item)s::jsonb
    END
RETURNING recipient_id, waiting = '[]'
